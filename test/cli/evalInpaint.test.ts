import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { beforeEach, expect, test } from 'vitest';
import { perpixel } from '../helpers/perpixel.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { writeTinyInpainter } from '../helpers/tinyInpainter.js';

const SIDE = 32;
/** The left half of each photo, and the right half. */
const [LEFT, RIGHT] = [60, 160];

let clean: string;
let masks: string;
let model: string;

beforeEach(async () => {
  const home = await temporaryFolder();
  [clean, masks] = ['clean', 'masks'].map((name) => path.join(home, name));
  model = await writeTinyInpainter(home);
  await Promise.all([clean, masks].map((folder) => mkdir(folder)));
  for (const name of ['a', 'b']) {
    const data = Buffer.from(
      Array.from({ length: SIDE * SIDE * 3 }, (_, i) => (columnOf(i) < SIDE / 2 ? LEFT : RIGHT)),
    );
    await sharp(data, { raw: { width: SIDE, height: SIDE, channels: 3 } })
      .png()
      .toFile(path.join(clean, `${name}.png`));
  }
});

const columnOf = (sample: number) => Math.floor(sample / 3) % SIDE;

/** A mask of `side` squared, white in the columns from `from` up to `to`. */
async function writeMask(name: string, from: number, to: number, side = SIDE): Promise<void> {
  const data = Buffer.from(
    Array.from({ length: side * side }, (_, i) => (i % side >= from && i % side < to ? 255 : 0)),
  );
  await sharp(data, { raw: { width: side, height: side, channels: 1 } })
    .png()
    .toFile(path.join(masks, name));
}

const evaluate = (...options: string[]) => perpixel(['eval', 'inpaint', clean, '--model', model, ...options]);
const dB = (error: number) => -10 * Math.log10(error);

/**
 * A hole of columns 15 and 16, each side of the edge, is filled with the mean of the five columns about it that are known:
 * of column 15 these are 13, 14 and 17; of column 16 14, 17 and 18.
 */
const filled = [Math.round((2 * LEFT + RIGHT) / 3), Math.round((LEFT + 2 * RIGHT) / 3)];
const holeError = (((filled[0] - LEFT) / 255) ** 2 + ((filled[1] - RIGHT) / 255) ** 2) / 2;

test('scores masks of the names of the photos, over the whole and over the holes', async () => {
  await writeMask('a.png', 15, 17);
  await writeMask('b.png', 15, 17);
  const { code, stdout } = await evaluate('--masks', masks, '--json');
  expect(code).toBe(0);
  const share = 2 / SIDE;
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ task: 'inpaint', holes: 'masks', images: 2, share },
    psnrHole: expect.closeTo(dB(holeError), 4),
    psnr: expect.closeTo(dB(holeError * share), 4),
  });
});

test('masks of other names are taken in turn, and scaled', async () => {
  await writeMask('1.png', 30, 34, 64);
  const { stdout } = await evaluate('--masks', masks, '--json');
  expect(JSON.parse(stdout)).toMatchObject({ images: 2, psnrHole: expect.closeTo(dB(holeError), 4) });
});

test('means are those of the decibels of each photo', async () => {
  await writeMask('a.png', 15, 17);
  await writeMask('b.png', 16, 17);
  const { stdout } = await evaluate('--masks', masks, '--json');
  const single = ((Math.round((2 * LEFT + 2 * RIGHT) / 4) - RIGHT) / 255) ** 2;
  expect(JSON.parse(stdout).psnrHole).toBeCloseTo((dB(holeError) + dB(single)) / 2, 4);
});

test('draws the same holes each time, a row a kind', async () => {
  const run = () => evaluate('--holes', 'text', 'scratches');
  const [first, second] = [await run(), await run()];
  expect(first).toEqual(second);
  const [head, ...rows] = first.stdout
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/));
  expect(head).toEqual(['holes', 'images', 'share', 'psnr', 'ssim', 'hole', 'texture', 'found']);
  expect(rows.map(([holes, images]) => [holes, images])).toEqual([
    ['text', '2'],
    ['scratches', '2'],
  ]);
  const [text, scratches] = rows.map(([, , share]) => Number(share));
  expect(text).toBeGreaterThan(0);
  expect(scratches).toBeGreaterThan(0);
  expect(text).not.toBe(scratches);
});

test('a mask that is missing is named', async () => {
  await writeMask('a.png', 15, 17);
  expect(await evaluate('--masks', masks)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^perpixel: E_DATA .*b.png: no file named b in .*masks/),
  });
});

test('holes that nobody tells are found first, and how well', async () => {
  const photos = path.join(clean, 'large');
  await mkdir(photos);
  await sharp({ create: { width: 160, height: 120, channels: 3, background: '#b0b0b0' } })
    .png()
    .toFile(path.join(photos, 'a.png'));
  const command = ['eval', 'inpaint', photos, '--json', '--holes', 'scratches'];
  const [told, found] = await Promise.all([command, [...command, '--find', 'scratches']].map((args) => perpixel(args)));
  expect(JSON.parse(told.stdout)).not.toHaveProperty('found');
  const scores = JSON.parse(found.stdout);
  expect(scores.found).toBeGreaterThan(0.6);
  expect(scores.found).toBeLessThan(1);
  // Black on a flat photo has 3 dB.
  expect(scores.psnrHole).toBeGreaterThan(10);
});
