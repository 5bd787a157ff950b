import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { tasks } from '../../src/tasks/registry.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('the build lists every task with its summary', () => {
  const listed = JSON.parse(readFileSync(path.join(root, 'dist/cli/tasks.json'), 'utf8'));
  expect(listed).toEqual(Object.values(tasks).map(({ name, summary }) => ({ name, summary })));
});

test('perpixel --help lists the tasks without reading their files', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'perpixel-help-'));
  try {
    // Node's coverage names every file that was run.
    const env = { ...process.env, NODE_V8_COVERAGE: folder };
    const help = execFileSync(process.execPath, ['bin/perpixel.js', '--help'], { cwd: root, env, encoding: 'utf8' });
    for (const { name, summary } of Object.values(tasks))
      expect(help).toMatch(new RegExp(`perpixel ${name} +${summary.slice(0, 40)}`));
    const read = readdirSync(folder).flatMap(
      (file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')).result,
    );
    const ours = read.map(({ url }: { url: string }) => url).filter((url) => url.includes('/dist/'));
    expect(ours.length).toBeGreaterThan(3);
    expect(ours.filter((url) => !/\/dist\/(cli|core)\//.test(url))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
