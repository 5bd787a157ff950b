import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { pairedFile } from '../../src/tasks/pairedFile.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

const MASK = { name: 'mask', cure: 'Add one; black all over leaves the photo as it is.' };

async function masks(...names: string[]): Promise<string> {
  const folder = await temporaryFolder();
  for (const name of names) {
    const file = path.join(folder, ...name.split('/'));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, '');
  }
  return folder;
}

test.each([
  ['of the same name', ['x.png'], 'x.png', 'x.png'],
  ['of another ending', ['x.webp', 'y.png'], 'x.jpg', 'x.webp'],
  ['in its folder', ['x.png', 'a/x.png'], path.join('a', 'x.jpg'), 'a/x.png'],
  ['the ending of the photo first', ['x.jpg', 'x.png', 'x.tif'], 'x.tif', 'x.tif'],
  ['then PNG', ['x.avif', 'x.png'], 'x.jpg', 'x.png'],
  ['with a dot in its name', ['IMG.1.png', 'IMG.png'], 'IMG.1.jpg', 'IMG.1.png'],
])('a photo has the mask %s', async (_, names, photo, expected) => {
  const folder = await masks(...names);
  expect(await pairedFile(folder, photo, MASK)).toBe(path.join(folder, ...expected.split('/')));
});

test.each([
  ['no mask at all', ['y.png'], 'x.jpg', /^x.jpg: no mask .*x\.\*; .*black all over/],
  ['none in its folder', ['x.png'], path.join('a', 'x.jpg'), /^a.x.jpg: no mask .*a.x\.\*/],
  ['no name', ['x.png'], undefined, /: a folder of masks for a photo without a name; .*Name the file/],
])('a photo with %s', async (_, names, photo, message) => {
  const found = pairedFile(await masks(...names), photo, MASK);
  await expect(found).rejects.toMatchObject({ code: 'E_READ', message: expect.stringMatching(message) });
});

test('a file is the mask of every photo', async () => {
  const file = path.join(await masks('mask.png'), 'mask.png');
  expect(await pairedFile(file, 'x.jpg', MASK)).toBe(file);
  expect(await pairedFile(file, undefined, MASK)).toBe(file);
});
