import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import noisyBatches from '../../../src/tasks/denoise/noisyBatches.js';

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
