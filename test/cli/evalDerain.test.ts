import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ndarray from 'ndarray';
import sharp from 'sharp';
import { beforeEach, expect, test } from 'vitest';
import { writeRaster } from '../../src/images/writeRaster.js';
import { withCard } from '../../src/onnx/modelFile.js';
import { floatTensor } from '../../src/onnx/onnxTensor.js';
import { perpixel } from '../helpers/perpixel.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { tinyDenoiserCard } from '../helpers/tinyDenoiser.js';
import { tinyModel } from '../helpers/tinyModel.js';

const SIDE = 16;
const CLEAN = 102; // 0.4

let home: string;
let clean: string;
let rainy: string;
let model: string;

/** A network that takes one tenth of white off. */
beforeEach(async () => {
  home = await temporaryFolder();
  [clean, rainy] = ['clean', 'rainy'].map((name) => path.join(home, name));
  await Promise.all([clean, rainy].map((folder) => mkdir(folder)));
  model = path.join(home, 'darker.onnx');
  const darker = tinyModel(
    [{ op: 'Sub', in: ['image', 'tenth'], out: ['clean'] }],
    { image: [null, 3, null, null] },
    ['clean'],
    [floatTensor('tenth', [1], [0.1])],
  );
  await writeFile(model, withCard(darker, { ...tinyDenoiserCard, task: 'derain' }));
  for (const name of ['a', 'b']) await flat(CLEAN).toFile(path.join(clean, `${name}.png`));
});

const flat = (level: number, { width = SIDE, height = SIDE } = {}) =>
  sharp({ create: { width, height, channels: 3, background: { r: level, g: level, b: level } } });

const evaluate = (where: string, ...options: string[]) =>
  perpixel(['eval', 'derain', where, '--model', model, '--json', ...options]);
const dB = (error: number) => -10 * Math.log10(error);
/** The luma of a grey spans 219 of 255. */
const LUMA = (219 / 255) ** 2;

test.each([
  ['streaks', [], LUMA],
  ['streaks', ['--compare', 'channels'], 1],
  ['dirt', [], 1],
])('scores pairs of %s %j', async (kind, options, scale) => {
  const levels = { a: 0.55, b: 0.7 };
  for (const [name, level] of Object.entries(levels)) {
    const pixels = ndarray(new Float32Array(SIDE * SIDE * 3).fill(level), [SIDE, SIDE, 3]);
    await writeRaster({ pixels, metadata: { format: 'npy', bitDepth: 32 } }, path.join(rainy, `${name}.npy`));
  }
  const { code, stdout } = await evaluate(clean, '--kind', kind, '--degraded', rainy, ...options);
  expect(code).toBe(0);
  const mean = (off: number) => (dB(scale * (levels.a - off - 0.4) ** 2) + dB(scale * (levels.b - off - 0.4) ** 2)) / 2;
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ task: 'derain', kind, images: 2 },
    rainyPsnr: expect.closeTo(mean(0), 3),
    psnr: expect.closeTo(mean(0.1), 3),
  });
});

test.each(['streaks', 'drops', 'dirt'])('draws %s over clean photos, the same each time', async (kind) => {
  // On flat pictures drops only change the brightness, and dirt is of nearly their colour.
  const [first, second] = [await evaluate(clean, '--kind', kind), await evaluate(clean, '--kind', kind)];
  expect(first).toEqual(second);
  const { rainyPsnr } = JSON.parse(first.stdout);
  expect(rainyPsnr).toBeGreaterThan(5);
  expect(rainyPsnr).toBeLessThan(60);
});

test('finds the test pairs of Rain100H, whose clean photos show more', async () => {
  for (const folder of ['bsds500/val', 'rain100h/test-a']) await mkdir(path.join(home, folder), { recursive: true });
  // Twice as wide; the part in the crop alone is of the level that the network leaves, 0.6.
  const part = await flat(153).png().toBuffer();
  await flat(0, { width: 2 * SIDE })
    .composite([{ input: part, left: SIDE, top: 0 }])
    .removeAlpha()
    .png()
    .toFile(path.join(home, 'bsds500/val/1.png'));
  await flat(179).toFile(path.join(home, 'rain100h/test-a/001.png'));
  const rain_test_a = [{ id: '001', clean: 'val/1.png', rain100h_crop: [SIDE, 0, SIDE, SIDE] }];
  await writeFile(path.join(home, 'splits.json'), JSON.stringify({ clean_train: [], rain_train: [], rain_test_a }));
  const { stdout } = await evaluate(home, '--layout', 'rain100h');
  const scores = JSON.parse(stdout);
  expect(scores).toMatchObject({ images: 1, rainyPsnr: expect.closeTo(dB(LUMA * (26 / 255) ** 2), 3) });
  expect(scores.psnr).toBeGreaterThan(45);
});

test('a degraded photo that is missing is named', async () => {
  await flat(150).toFile(path.join(rainy, 'a.png'));
  expect(await evaluate(clean, '--degraded', rainy)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^perpixel: E_DATA .*b.png: no file named b in .*rainy/),
  });
});

test.each([
  // Decibels that are won on these two squares, rounded down.
  ['streaks', 'balanced', 4],
  ['streaks', 'best', 4],
  ['dirt', 'balanced', 4],
  ['drops', 'balanced', 1],
])('the shipped model takes %s away, %s', async (kind, quality, gain) => {
  const squares = path.join(home, 'squares');
  await mkdir(squares);
  for (const name of ['dogs', 'stream']) {
    const photo = fileURLToPath(new URL(`../../fixtures/photos/${name}.jpg`, import.meta.url));
    await sharp(photo)
      .extract({ left: 20, top: 20, width: 160, height: 160 })
      .png()
      .toFile(path.join(squares, `${name}.png`));
  }
  const { stdout } = await perpixel(['eval', 'derain', squares, '--json', '--kind', kind, '--quality', quality]);
  const { rainyPsnr, psnr } = JSON.parse(stdout);
  expect(psnr - rainyPsnr).toBeGreaterThan(gain);
});
