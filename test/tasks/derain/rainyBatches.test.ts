import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import rainyBatches from '../../../src/tasks/derain/rainyBatches.js';
import type { Stack } from '../../../src/training/datasets/batchOf.js';
import type { ExampleFiles } from '../../../src/training/datasets/exampleFiles.js';

const SIDE = 40;
let folder: string;
/** A pair whose rain adds 30 of 255 to a clean 100, and a photo that is 200 all over. */
let pair: ExampleFiles;
let photo: ExampleFiles;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'perpixel-test-'));
  const flat = async (name: string, value: number) => {
    const file = path.join(folder, name);
    const background = { r: value, g: value, b: value };
    await sharp({ create: { width: SIDE, height: SIDE, channels: 3, background } })
      .png()
      .toFile(file);
    return file;
  };
  pair = { image: await flat('rainy.png', 130), truth: await flat('clean.png', 100) };
  photo = { image: await flat('photo.png', 200) };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Of each example: the mean of what is clean, and of what is added to it, of 255; whether any pixel was touched, or coloured. */
async function drawn(files: ExampleFiles[], kind: 'streaks' | 'dirt' | 'glass' = 'streaks', size = 8) {
  const batch = 300;
  const batchOf = await rainyBatches({
    ...{ files, batch, channels: 3, height: size, width: size, seed: 3 },
    ...{ examples: { kind }, inputNames: ['image'], outputNames: ['clean'] },
  });
  const { inputs, targets } = batchOf(0);
  const mean = ({ data }: Stack, i: number) => {
    const each = data.length / batch;
    return Math.round((255 * data.subarray(i * each, (i + 1) * each).reduce((a, b) => a + b, 0)) / each);
  };
  return Array.from({ length: batch }, (_, i) => {
    const clean = mean(targets.clean, i);
    const each = inputs.image.data.length / batch;
    const image = inputs.image.data.subarray(i * each, (i + 1) * each);
    const touched = image.some((v, at) => Math.abs(v - targets.clean.data[i * each + at]) > 1e-3);
    const coloured = image.some((v, at) => Math.abs(v - image[at - (at % 3)]) > 1e-3);
    return { clean, added: mean(inputs.image, i) - clean, touched, coloured };
  });
}

const share = (all: readonly unknown[], some: readonly unknown[]) => some.length / all.length;

test('pairs and photos together: pairs as they are, their rain on other photos, drawn rain, clean ones', async () => {
  const all = await drawn([pair, pair, photo]);
  const pairs = all.filter(({ clean }) => clean === 100);
  expect(pairs.every(({ added }) => added === 30)).toBe(true);
  expect(share(all, pairs)).toBeCloseTo(0.35, 1);
  const photos = all.filter(({ clean }) => clean === 200);
  expect(photos.length + pairs.length).toBe(all.length);
  expect(
    share(
      all,
      photos.filter(({ added }) => added === 30),
    ),
  ).toBeCloseTo(0.5, 1);
  expect(photos.some(({ added }) => added === 0)).toBe(true);
  expect(photos.some(({ added }) => added !== 0 && added !== 30)).toBe(true);
});

test('rain on another photo is clipped at white', async () => {
  const white = { ...photo, image: path.join(folder, 'white.png') };
  await sharp({ create: { width: SIDE, height: SIDE, channels: 3, background: '#f0f0f0' } })
    .png()
    .toFile(white.image);
  const all = await drawn([pair, pair, white]);
  const most = Math.max(...all.filter(({ clean }) => clean === 240).map(({ added }) => added));
  expect(most).toBe(15);
});

test('pairs alone are never drawn over', async () => {
  expect((await drawn([pair, pair])).every(({ clean, added }) => clean === 100 && added === 30)).toBe(true);
});

test('on the glass there are drops, which show the grey of the photo, and dirt, which has a colour of its own', async () => {
  const all = await drawn([photo, photo], 'glass', 24);
  const changed = all.filter(({ touched }) => touched);
  expect(share(all, changed)).toBeGreaterThan(0.7);
  expect(changed.some(({ coloured }) => coloured)).toBe(true);
  expect(changed.some(({ coloured }) => !coloured)).toBe(true);
});

test('dirt leaves clean parts, so that no example has to be clean all over', async () => {
  expect((await drawn([photo, photo], 'dirt', 24)).every(({ touched }) => touched)).toBe(true);
});

test('rain falls: streaks stay upright, what is on glass may be turned', async () => {
  // Darker towards the bottom.
  const file = path.join(folder, 'slope.png');
  const data = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => 180 - 4 * Math.floor(i / 3 / SIDE));
  await sharp(data, { raw: { width: SIDE, height: SIDE, channels: 3 } })
    .png()
    .toFile(file);
  const slopes = async (kind: 'streaks' | 'glass') => {
    const batchOf = await rainyBatches({
      ...{ files: [{ image: file }, { image: file }], batch: 20, channels: 3, height: 8, width: 8, seed: 3 },
      ...{ examples: { kind }, inputNames: ['image'], outputNames: ['clean'] },
    });
    const { data: clean } = batchOf(0).targets.clean;
    return new Set(Array.from({ length: 20 }, (_, i) => Math.sign(clean[i * 192 + 7 * 24] - clean[i * 192])));
  };
  expect(await slopes('streaks')).toEqual(new Set([-1]));
  expect(await slopes('glass')).toEqual(new Set([-1, 0, 1]));
});
