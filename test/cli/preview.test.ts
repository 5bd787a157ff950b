import { copyFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { beforeEach, expect, test } from 'vitest';
import { noisyPhoto } from '../helpers/noisyPhoto.js';
import { perpixel } from '../helpers/perpixel.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { writeTinyDenoiser } from '../helpers/tinyDenoiser.js';
import { writeTinyScene } from './tinyScene.js';

let home: string;
let photo: string;
beforeEach(async () => {
  home = await temporaryFolder();
  photo = path.join(home, 'photo.png');
  // Noise on the right alone.
  const noisy = await noisyPhoto({ width: 300, height: 600 }).png().toBuffer();
  await sharp({ create: { width: 900, height: 600, channels: 3, background: '#808080' } })
    .composite([{ input: noisy, left: 600, top: 0 }])
    .toFile(photo);
});
const at = (name: string) => path.join(home, name);

test('strengths side by side, of the parts that change most', async () => {
  const model = await writeTinyDenoiser(home);
  const options = ['--vary', 'sigma=0,20', '--model', model];
  const run = await perpixel(['preview', 'denoise', photo, '-o', at('sheet.png'), ...options]);
  expect(run).toMatchObject({ code: 0, stderr: '' });
  const sheet = sharp(at('sheet.png'));
  expect(await sheet.metadata()).toMatchObject({ width: 3 * 264 + 8, height: 28 + 3 * 264 });
  const tile = (row: number, column: number) =>
    sharp(at('sheet.png'))
      .extract({ left: 8 + column * 264, top: 28 + row * 264, width: 256, height: 256 })
      .raw()
      .toBuffer();
  const [before, unchanged, clean] = await Promise.all([0, 1, 2].map((column) => tile(0, column)));
  expect(unchanged.equals(before)).toBe(true);
  expect(clean.equals(before)).toBe(false);
  // The first part is one of noise, at its own size.
  const part = await sharp(photo)
    .removeAlpha()
    .extract({ left: 622, top: 22, width: 256, height: 256 })
    .raw()
    .toBuffer();
  const other = await sharp(photo)
    .removeAlpha()
    .extract({ left: 622, top: 322, width: 256, height: 256 })
    .raw()
    .toBuffer();
  expect(before.equals(part) || before.equals(other)).toBe(true);
  const again = (output: string, ...more: string[]) =>
    perpixel(['preview', 'denoise', photo, '-o', output, ...options, ...more]);
  expect(await again(at('sheet.png'))).toMatchObject({ code: 2 });
  expect(await again(at('sheet.png'), '--overwrite')).toMatchObject({ code: 0 });
  await copyFile(photo, at('other.png'));
  expect(await again(at('other.png'), '--overwrite')).toMatchObject({ code: 2 });
  expect((await readFile(at('other.png'))).equals(await readFile(photo))).toBe(true);
});

test('maps are shown in colours', async () => {
  const model = await writeTinyScene(home);
  const run = await perpixel(['preview', 'depth,labels', photo, '-o', at('maps.png'), '--model', model]);
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect((await sharp(at('maps.png')).metadata()).width).toBe(3 * 264 + 8);
});

test.each([
  [['preview', 'sharpen', 'x.png', '-o', 'y.png'], 'perpixel --help lists all tasks'],
  [['preview', 'denoise', 'x.png', '-o', 'y.jpg'], 'ends in .png'],
  [['preview', 'denoise', 'x.png', '-o', 'y.png', '--vary', 'strength=9'], 'at most 2'],
])('%j is refused', async (args, words) => {
  expect(await perpixel(args)).toMatchObject({ code: 2, stderr: expect.stringContaining(words) });
});
