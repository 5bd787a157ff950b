import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { beforeEach, describe, expect, test } from 'vitest';
import { nyuCamera } from '../../src/geometry/planeNormals.js';
import { perpixel } from '../helpers/perpixel.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { FOCAL, HEIGHT, WIDTH, writeTinyScene } from './tinyScene.js';

/** Of a red photo the tiny network says e metres, facing 0.6 0 0.8, a bed; of a green one 1 m, 0.8 0 0.6, a floor. */
const [RED, GREEN] = ['#ff0000', '#00ff00'];

let photos: string;
let truths: string;
let model: string;

beforeEach(async () => {
  const home = await temporaryFolder();
  [photos, truths] = ['photos', 'truths'].map((name) => path.join(home, name));
  model = await writeTinyScene(home);
  await Promise.all([mkdir(photos), mkdir(truths)]);
});

async function writePhoto(name: string, background: string) {
  const flat = { width: WIDTH, height: HEIGHT, channels: 3, background } as const;
  await sharp({ create: flat }).toFile(path.join(photos, `${name}.png`));
}

/** A truth by column: millimetres of 16 bits, or class indices of 8. */
async function writeTruth(name: string, sampleAt: (x: number) => number, bits: 8 | 16) {
  const samples = bits === 16 ? new Uint16Array(HEIGHT * WIDTH) : new Uint8Array(HEIGHT * WIDTH);
  for (let i = 0; i < samples.length; i++) samples[i] = sampleAt(i % WIDTH);
  await sharp(samples, { raw: { width: WIDTH, height: HEIGHT, channels: 1 } })
    .toColourspace(bits === 16 ? 'grey16' : 'b-w')
    .png()
    .toFile(path.join(truths, `${name}.png`));
}
const halves = (left: number, right: number) => (x: number) => (x < WIDTH / 2 ? left : right);

async function rows(task: string, ...options: string[]): Promise<Record<string, number>[]> {
  const { code, stdout } = await perpixel([
    ...['eval', task, photos, '--truth', truths, '--model', model, '--focal', FOCAL, '--json', ...options],
  ]);
  expect(code).toBe(0);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
function expectFigures(found: Record<string, number>, expected: Record<string, number>, digits: number) {
  for (const [name, value] of Object.entries(expected)) expect(found[name], name).toBeCloseTo(value, digits);
}

describe('depth', () => {
  /** Three pieces of the same size: e where 2 is true, 1 where 1 is, 1 where 2 is; the rest is not known. */
  beforeEach(async () => {
    await Promise.all([writePhoto('a', RED), writePhoto('b', GREEN)]);
    await Promise.all([writeTruth('a', halves(2000, 0), 16), writeTruth('b', halves(1000, 2000), 16)]);
  });

  test('the eight figures over all pixels that are known', async () => {
    const [found] = await rows('depth');
    const far = Math.E - 2;
    expectFigures(
      found,
      {
        images: 2,
        // The ratios are 1.36, 1 and 2.
        ...{ d1: 1 / 3, d2: 2 / 3, d3: 2 / 3 },
        absRel: (far / 2 + 0 + 1 / 2) / 3,
        sqrRel: (far ** 2 / 2 + 0 + 1 / 2) / 3,
        rms: Math.sqrt((far ** 2 + 0 + 1) / 3),
        rmsLog: Math.sqrt((Math.log(Math.E / 2) ** 2 + 0 + Math.log(2) ** 2) / 3),
        // Of the first picture everything is wrong by one factor; of the second half is right, half by log 2.
        scaleInvariant: Math.sqrt((0 + (Math.log(2) / 2) ** 2) / 2),
      },
      4,
    );
  });

  test('--scale median: one factor a picture, by the medians of what is known', async () => {
    const [found] = await rows('depth', '--scale', 'median');
    // 2 of the first is 2 then; of the second the median is 2, which makes 2 of all that is said to be 1.
    expectFigures(found, { d1: 2 / 3, absRel: 1 / 3, rms: Math.sqrt(1 / 3) }, 4);
  });

  test('a table', async () => {
    const { stdout } = await perpixel([
      ...['eval', 'depth', photos, '--truth', truths, '--model', model, '--focal', FOCAL],
    ]);
    const [head, row, ...rest] = stdout.trim().split('\n');
    expect(head.trim().split(/ {2,}/)).toEqual([
      ...['images', '<1.25', '<1.25^2', '<1.25^3', 'abs rel', 'sqr rel', 'rms', 'rms log', 'sc-inv'],
    ]);
    expect(row.trim().split(/ +/).slice(0, 4)).toEqual(['2', '0.3333', '0.6667', '0.6667']);
    expect(rest).toEqual([]);
  });

  test('a photo whose depth is missing is named', async () => {
    await writePhoto('c', RED);
    const { code, stderr } = await perpixel(['eval', 'depth', photos, '--truth', truths, '--model', model]);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/E_DATA .*c\.png: no file named c in .*truths/);
  });
});

test('normals: angles to planes of the truth, over all pixels of all photos', async () => {
  // A wall faced squarely twice, and one that faces as the network says of the first photo.
  const [fx, cx] = [nyuCamera.fx, nyuCamera.cx].map((value) => (value * WIDTH) / nyuCamera.width);
  const aside = (x: number) => 1600 / (0.8 - (0.6 * (x - cx)) / fx) + 0.5;
  for (const [name, colour, depth] of [['a', RED, () => 2000], ['b', GREEN, () => 2000], ['c', RED, aside]] as const) {
    await writePhoto(name, colour);
    await writeTruth(name, depth, 16);
  } // biome-ignore format: a photo an entry
  const [found] = await rows('normals');
  const angles = [0.8, 0.6, 1].map((cosine) => (Math.acos(cosine) * 180) / Math.PI);
  expectFigures(found, { images: 3, window: 31, median: angles[0] }, 1);
  expect(Math.abs(found.mean - (angles[0] + angles[1] + angles[2]) / 3)).toBeLessThan(0.3);
  for (const name of ['within11', 'within22', 'within30']) expect(Math.abs(found[name] - 100 / 3)).toBeLessThan(0.5);
});

describe('labels', () => {
  const [FLOOR, BED, CHAIR] = [2, 4, 5];

  test.each([
    // Bed is bed, floor is floor, chair is said to be floor; indices of Jaccard 1, 1/2, 0.
    [40, { pixel: 200 / 3, class: 200 / 3, frequencyJaccard: 50, meanJaccard: 50 }],
    [13, { pixel: 200 / 3, class: 200 / 3, frequencyJaccard: 50, meanJaccard: 50 }],
    // Bed and chair are furniture, of which half is found: indices of 1/2 and 1/2.
    [4, { pixel: 200 / 3, class: 75, frequencyJaccard: 50, meanJaccard: 50 }],
  ])('%i classes, void left out', async (classes, expected) => {
    await Promise.all([writePhoto('a', RED), writePhoto('b', GREEN)]);
    await Promise.all([writeTruth('a', halves(BED, 0), 8), writeTruth('b', halves(FLOOR, CHAIR), 8)]);
    const [found] = await rows('labels', '--classes', String(classes));
    expectFigures(found, { images: 2, classes, ...expected }, 4);
  });
});
