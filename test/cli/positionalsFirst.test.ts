import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { positionalsFirst, withDashes } from '../../src/cli/positionalsFirst.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

beforeEach(async () => {
  const home = await temporaryFolder();
  for (const name of ['-d.png', '-o.png', '-5']) await writeFile(path.join(home, name), '');
  process.chdir(home);
});
afterEach(() => {
  process.chdir(import.meta.dirname);
});

test.each([
  ['a pipe', 'denoise - -o -', 'denoise ~- -o ~-'],
  ['what comes behind --', 'denoise -o out -- a.png -x.png', 'denoise a.png ~-x.png -o out'],
  ['a file whose name begins with a dash', 'denoise -d.png a.png -o out', 'denoise ~-d.png a.png -o out'],
  ['an option of which there is a file too', 'denoise a.png -o.png', 'denoise a.png -o.png'],
  ['a negative number', 'denoise a.png --sigma -5', 'denoise a.png --sigma -5'],
])('%s', (_, given, expected) => {
  const args = positionalsFirst(given.split(' '), 1);
  expect(args.join(' ').replaceAll('\0', '~')).toBe(expected);
  expect(withDashes({ photos: args })).toEqual({ photos: expected.replaceAll('~', '').split(' ') });
});
