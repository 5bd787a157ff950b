import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { tasks } from '../../src/tasks/registry.js';

const src = fileURLToPath(new URL('../../src/', import.meta.url));
/** Floors that treat every task alike. */
const GENERIC = ['pipelines', 'video', 'library', 'fleet', 'cli'];

/** Code without its comments, where examples may name what they like. */
const withoutComments = (code: string) => code.replaceAll(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, '');

test.each(GENERIC)('no task is named or imported in %s', async (folder) => {
  const files = (await readdir(path.join(src, folder), { recursive: true })).filter((file) => file.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(4);
  const names = Object.keys(tasks).join('|');
  const literal = new RegExp(`['"\`](${names})['"\`]|tasks/(${names})/|\\b(${names})\\.(name|answer|plan)\\b`);
  const found: string[] = [];
  for (const file of files) {
    const [match] = literal.exec(withoutComments(await readFile(path.join(src, folder, file), 'utf8'))) ?? [];
    if (match) found.push(`${folder}/${file}: ${match}`);
  }
  expect(found).toEqual([]);
});

test.each(GENERIC)('%s does not guess what a result is from its numbers', async (folder) => {
  const files = (await readdir(path.join(src, folder), { recursive: true })).filter((file) => file.endsWith('.ts'));
  const found: string[] = [];
  for (const file of files) {
    const code = withoutComments(await readFile(path.join(src, folder, file), 'utf8'));
    if (/(value|map)\.data instanceof|channels === [13] \? '(depth|normals|labels)'/.test(code))
      found.push(`${folder}/${file}`);
  }
  expect(found).toEqual([]);
});
