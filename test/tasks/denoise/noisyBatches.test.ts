import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import noisyBatches from '../../../src/tasks/denoise/noisyBatches.js';
import { denoise } from '../../../src/tasks/denoise/train.js';

const SIDE = 32;
const BATCH = 300;
let folder: string;
let photo: { image: string };

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'perpixel-test-'));
  photo = { image: path.join(folder, 'grey.png') };
  await sharp({ create: { width: SIDE, height: SIDE, channels: 3, background: '#808080' } })
    .png()
    .toFile(photo.image);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Of each example of a batch: the level it is told, and the deviation of what is added to it, of 255. */
async function drawn(sigma?: number) {
  const batchOf = await noisyBatches({
    ...{ files: [photo, photo], batch: BATCH, channels: 3, height: 16, width: 16, seed: 3 },
    ...{ examples: { sigma }, inputNames: ['image', 'sigma'], outputNames: ['clean'] },
  });
  const { inputs, targets } = batchOf(0);
  const each = inputs.image.data.length / BATCH;
  return Array.from({ length: BATCH }, (_, i) => {
    const noise = Array.from(
      { length: each },
      (_, at) => inputs.image.data[i * each + at] - targets.clean.data[i * each + at],
    );
    const deviation = 255 * Math.sqrt(noise.reduce((sum, v) => sum + v * v, 0) / each);
    return { level: 255 * inputs.sigma.data[i * 16 * 16], deviation };
  });
}

test('half of the crops are at the three levels where methods are compared, the others between 0 and 75', async () => {
  const levels = (await drawn()).map(({ level }) => level);
  for (const compared of [15, 25, 50]) {
    expect(levels.filter((level) => Math.abs(level - compared) < 1e-3).length / BATCH).toBeCloseTo(1 / 6, 1);
  }
  const others = levels.filter((level) => ![15, 25, 50].some((compared) => Math.abs(level - compared) < 1e-3));
  expect(others.length / BATCH).toBeCloseTo(0.5, 1);
  expect(Math.min(...others)).toBeGreaterThanOrEqual(0.5);
  expect(Math.min(...others)).toBeLessThan(5);
  expect(Math.max(...others)).toBeLessThanOrEqual(75);
  expect(Math.max(...others)).toBeGreaterThan(65);
});

test('the noise has the level that the map tells', async () => {
  for (const { level, deviation } of await drawn()) expect(deviation / level).toBeCloseTo(1, 0.8);
});

test('one level, where one is asked for', async () => {
  for (const { level } of await drawn(40)) expect(level).toBeCloseTo(40, 4);
});

describe('pairs', () => {
  /** Two pairs of grey photos; the noisy ones are 10 brighter in red on every other pixel, 10 darker on those between. */
  async function pairs() {
    const files = [];
    for (const name of ['a', 'b']) {
      const [image, truth] = ['noisy', 'clean'].map((kind) => path.join(folder, `${name}.${kind}.png`));
      const save = (file: string, red: number) =>
        sharp(
          Buffer.from(Array.from({ length: 24 * 24 * 3 }, (_, i) => 100 + (i % 3 > 0 ? 0 : (i / 3) % 2 ? red : -red))),
          { raw: { width: 24, height: 24, channels: 3 } },
        )
          .png()
          .toFile(file);
      await Promise.all([save(image, 10), save(truth, 0)]);
      files.push({ image, truth });
    }
    return files;
  }
  const batch = async (input: string) => {
    const files = await pairs();
    const batchOf = await noisyBatches({
      ...{ files, batch: 2, channels: 3, height: 16, width: 16, seed: 3, examples: {} },
      ...{ inputNames: ['image', input], outputNames: ['clean'] },
    });
    return batchOf(0);
  };

  test('are as they are, and a network is told the level by which they differ', async () => {
    const { inputs, targets } = await batch('sigma');
    expect(inputs.sigma.shape).toEqual([2, 16, 16, 1]);
    for (const level of inputs.sigma.data) expect(255 * level).toBeCloseTo(10 / Math.sqrt(3), 4);
    for (const [i, value] of targets.clean.data.entries()) {
      expect(255 * value).toBeCloseTo(100, 4);
      expect(Math.abs(255 * inputs.image.data[i] - 100)).toBeCloseTo(i % 3 === 0 ? 10 : 0, 4);
    }
  });

  test('or the deviations of luma and chroma, if it knows these', async () => {
    const { inputs } = await batch('noise');
    expect(inputs.noise.shape).toEqual([2, 16, 16, 2]);
    const [luma, cb, cr] = [2.99, 2.99 / 1.772, (10 - 2.99) / 1.402];
    expect(255 * inputs.noise.data[0]).toBeCloseTo(luma, 4);
    expect(255 * inputs.noise.data[1]).toBeCloseTo(Math.sqrt((cb ** 2 + cr ** 2) / 2), 4);
  });

  test('have the noise that they have', () => {
    const draw = { files: [{ image: 'a.png', truth: 'b.png' }], examples: { sigma: 25 } } as never;
    expect(() => denoise.check!(draw)).toThrow(/^--sigma: 25; expected clean photos/);
  });
});

test('white noise is told as luma and chroma, if a network knows these', async () => {
  const batchOf = await noisyBatches({
    ...{ files: [photo, photo], batch: 1, channels: 3, height: 16, width: 16, seed: 3 },
    ...{ examples: { sigma: 40 }, inputNames: ['image', 'noise'], outputNames: ['clean'] },
  });
  const { inputs } = batchOf(0);
  expect(Object.keys(inputs)).toEqual(['image', 'noise']);
  expect([255 * inputs.noise.data[0], 255 * inputs.noise.data[1]].map((v) => v.toFixed(2))).toEqual(['26.74', '25.61']);
});
