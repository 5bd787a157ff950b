import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const cwd = fileURLToPath(new URL('../..', import.meta.url));

test('every export says what it is, and no link of the docs is broken', { timeout: 300_000 }, async () => {
  const args = ['run', '--silent', 'docs', '--workspace', 'website', '--', '--emit', 'none'];
  const made = promisify(execFile)('npm', args, { cwd, shell: true });
  const said = await made.then(
    ({ stdout, stderr }) => stdout + stderr,
    ({ stdout, stderr }) => stdout + stderr,
  );
  expect(said).not.toMatch(/warning|error/);
  await made;
});
