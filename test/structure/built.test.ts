import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '..', '..');

const modules = async (folder: string, ending: RegExp) =>
  (await readdir(path.join(root, folder), { recursive: true }))
    .filter((file) => ending.test(file) && !file.endsWith('.d.ts') && !file.endsWith('.d.cts'))
    .map((file) => file.replace(/\.(c?)[jt]s$/, '.$1js'))
    .sort();

test('dist/ holds what src/ does: nothing of an older build is packed', async () => {
  expect(await modules('dist', /\.c?js$/)).toEqual(await modules('src', /\.c?[jt]s$/));
});
