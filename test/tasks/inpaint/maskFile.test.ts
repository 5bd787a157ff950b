import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { maskFile } from '../../../src/tasks/inpaint/maskFile.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';

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
  expect(await maskFile(folder, photo)).toBe(path.join(folder, ...expected.split('/')));
});

test.each([
  ['no mask at all', ['y.png'], 'x.jpg', /^x.jpg: no mask .*x\.\*; .*black all over/],
  ['none in its folder', ['x.png'], path.join('a', 'x.jpg'), /^a.x.jpg: no mask .*a.x\.\*/],
  ['no name', ['x.png'], undefined, /: a folder of masks for a photo without a name; .*Name the file/],
])('a photo with %s', async (_, names, photo, message) => {
  const found = maskFile(await masks(...names), photo);
  await expect(found).rejects.toMatchObject({ code: 'E_READ', message: expect.stringMatching(message) });
});

test('a file is the mask of every photo', async () => {
  const file = path.join(await masks('mask.png'), 'mask.png');
  expect(await maskFile(file, 'x.jpg')).toBe(file);
  expect(await maskFile(file, undefined)).toBe(file);
});
