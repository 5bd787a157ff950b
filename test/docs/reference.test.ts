import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('the reference can be made: every export says what it is, and no link of the docs is broken', async () => {
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  const made = promisify(execFile)('npm', ['run', '--silent', 'docs', '--', '--emit', 'none'], { cwd, shell: true });
  const said = await made.then(
    ({ stdout, stderr }) => stdout + stderr,
    ({ stdout, stderr }) => stdout + stderr,
  );
  expect(said).not.toMatch(/\[(warning|error)\]/);
  await made;
});
