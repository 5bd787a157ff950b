import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import ndarray from 'ndarray';
import sharp from 'sharp';
import { beforeEach, expect, test } from 'vitest';
import { writeRaster } from '../../src/images/writeRaster.js';
import { perpixel } from '../helpers/perpixel.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { writeTinyDenoiser } from '../helpers/tinyDenoiser.js';

const SIDE = 16;
const GREY = 102; // 0.4

let clean: string;
let noisy: string;
let model: string;

/** Flat pictures: what a mean over 3 x 3 makes of them is known, away from the edge and at it. */
beforeEach(async () => {
  const home = await temporaryFolder();
  clean = path.join(home, 'clean');
  noisy = path.join(home, 'noisy');
  model = await writeTinyDenoiser(home);
  await Promise.all([mkdir(clean), mkdir(noisy)]);
  const flat = { width: SIDE, height: SIDE, channels: 3, background: { r: GREY, g: GREY, b: GREY } } as const;
  for (const name of ['a', 'b']) await sharp({ create: flat }).toFile(path.join(clean, `${name}.png`));
});

/** Mean squared error of the mean over 3 x 3, with black beyond the edge, of a flat picture of `given` against `truth`. */
function blurredError(given: number, truth: number): number {
  const share = (i: number) => (i === 0 || i === SIDE - 1 ? 2 / 3 : 1);
  let sum = 0;
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) sum += (Math.min(1, given * share(y) * share(x)) - truth) ** 2;
  }
  return sum / SIDE ** 2;
}

const dB = (error: number) => -10 * Math.log10(error);

test('scores noisy files that are given: the mean of the decibels, not the decibels of the mean', async () => {
  const levels = { a: 0.5, b: 0.6 };
  for (const [name, level] of Object.entries(levels)) {
    const pixels = ndarray(new Float32Array(SIDE * SIDE * 3).fill(level), [SIDE, SIDE, 3]);
    await writeRaster({ pixels, metadata: { format: 'npy', bitDepth: 32 } }, path.join(noisy, `${name}.npy`));
  }
  const { code, stdout } = await perpixel([
    ...['eval', 'denoise', clean, '--sigma', '25', '--noisy', noisy, '--model', model, '--json'],
  ]);
  expect(code).toBe(0);
  const truth = GREY / 255;
  const mean = (score: (level: number) => number) => (score(levels.a) + score(levels.b)) / 2;
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ task: 'denoise', grey: false, sigma: 25, images: 2, estimatedSigma: 25 },
    noisyPsnr: expect.closeTo(
      mean((level) => dB((level - truth) ** 2)),
      2,
    ),
    psnr: expect.closeTo(
      mean((level) => dB(blurredError(level, truth))),
      2,
    ),
  });
});

test('draws the same noise each time, of the level asked for', async () => {
  const run = () => perpixel(['eval', 'denoise', clean, '--sigma', '15', '--sigma', '50', '--model', model]);
  const [first, second] = [await run(), await run()];
  expect(first).toEqual(second);
  const [head, ...rows] = first.stdout.trim().split('\n');
  expect(head.split(/\s+/).filter(Boolean)).toEqual(['sigma', 'images', 'noisy', 'psnr', 'ssim', 'estimated']);
  const cells = rows.map((row) => row.trim().split(/\s+/).map(Number));
  expect(cells.map(([sigma, images]) => [sigma, images])).toEqual([
    [15, 2],
    [50, 2],
  ]);
  for (const [sigma, , noisyPsnr] of cells) expect(Math.abs(noisyPsnr - dB((sigma / 255) ** 2))).toBeLessThan(0.5);
});

test('--estimate leaves the level to the task', async () => {
  const { stdout } = await perpixel([
    'eval',
    'denoise',
    clean,
    '--sigma',
    '25',
    '--estimate',
    '--model',
    model,
    '--json',
  ]);
  const { estimatedSigma } = JSON.parse(stdout);
  expect(estimatedSigma).not.toBe(25);
  expect(Math.abs(estimatedSigma - 25)).toBeLessThan(20); // 16 x 16 pixels say little, to the estimator less than to patches.
});

test('a noisy file that is missing is named', async () => {
  const { code, stderr } = await perpixel([
    'eval',
    'denoise',
    clean,
    '--sigma',
    '25',
    '--noisy',
    noisy,
    '--model',
    model,
  ]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^perpixel: E_READ .*a.npy: no such file/);
});

test('a folder without pictures', async () => {
  const empty = path.join(noisy, 'empty');
  await mkdir(empty);
  await writeFile(path.join(empty, 'notes.txt'), '');
  expect(await perpixel(['eval', 'denoise', empty])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/no picture in it.* Put the pictures directly into this folder/),
  });
});

test('a list that names no picture', async () => {
  const list = path.join(path.dirname(clean), 'empty.txt');
  await writeFile(list, '\n');
  expect(await perpixel(['eval', 'denoise', list])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/E_DATA .*empty\.txt: a list without a path; expected one path a line/),
  });
});
