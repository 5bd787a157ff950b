import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import { allocateRaster } from '../../../src/images/allocateRaster.js';
import type { Pixels } from '../../../src/images/raster.js';
import { predictTiled } from '../../../src/pipelines/run/predictTiled.js';
import type { TiledPlan } from '../../../src/tasks/plan.js';
import { blurPlan, blurWindow, boxSession } from '../../helpers/boxSession.js';

function picture(height: number, width: number, bitDepth: 8 | 32 = 32) {
  const raster = allocateRaster(height, width, 3, { format: bitDepth === 8 ? 'png' : 'npy', bitDepth });
  const { data } = raster.pixels;
  for (let i = 0, state = 1; i < data.length; i++) {
    state = (state * 48271) % 2147483647;
    data[i] = bitDepth === 8 ? state % 256 : state / 2147483647;
  }
  return raster;
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  return largest;
}

test.each([
  [64, 64, 1, 'balanced'],
  [101, 67, 1, 'balanced'],
  [101, 67, 4, 'balanced'],
  [101, 67, 8, 'balanced'],
  [45, 90, 4, 'best'],
  [1, 1, 8, 'balanced'],
  [1, 300, 8, 'balanced'],
  [300, 3, 4, 'balanced'],
  [5, 7, 8, 'best'],
] as const)('tiles give the whole result: %i x %i, stride %i, %s', async (height, width, stride, quality) => {
  const { session, sizes } = boxSession({ stride, slow: true });
  const whole = picture(height, width);
  await predictTiled(whole, blurPlan, session, { tile: 10_000, quality });
  const runsOfWhole = sizes.length;
  const tiled = picture(height, width);
  await predictTiled(tiled, blurPlan, session, { tile: 44, quality });
  expect(largestDifference(whole.pixels.data, tiled.pixels.data)).toBeLessThan(1e-5);
  expect(largestDifference(picture(height, width).pixels.data, tiled.pixels.data)).toBeGreaterThan(0);
  expect(runsOfWhole).toBe(quality === 'best' ? 8 : 1);
  if (height * width > 44 ** 2) expect(sizes.length).toBeGreaterThan(2 * runsOfWhole);
});

describe('a region', () => {
  const [height, width] = [131, 107];
  test.each([
    [{ y: 40, x: 30, height: 20, width: 30 }, 1, 'balanced'],
    [{ y: 41, x: 33, height: 21, width: 31 }, 8, 'balanced'],
    [{ y: 0, x: 0, height: 1, width: 1 }, 4, 'balanced'],
    [{ y: 126, x: 97, height: 5, width: 10 }, 8, 'balanced'],
    [{ y: 60, x: 0, height: 10, width: 107 }, 4, 'best'],
  ] as const)('%j, stride %i, %s, is what the whole has there, and all else stays', async (region, stride, quality) => {
    for (const tile of [30 + 2 * stride, 1000]) {
      const { session } = boxSession({ stride });
      const whole = picture(height, width);
      await predictTiled(whole, blurPlan, session, { tile, quality });
      const part = picture(height, width);
      await predictTiled(part, blurPlan, session, { tile, quality, region });
      const before = picture(height, width);
      const isInside = (i: number) => {
        const [y, x] = [Math.floor(i / 3 / width), Math.floor(i / 3) % width];
        return y >= region.y && y < region.y + region.height && x >= region.x && x < region.x + region.width;
      };
      const expected = before.pixels.data.map((v, i) => (isInside(i) ? whole.pixels.data[i] : v));
      expect(largestDifference(part.pixels.data, expected)).toBeLessThan(1e-5);
    }
  });

  test('runs no more of the network than it needs', async () => {
    const { session, sizes } = boxSession();
    const region = { y: 40, x: 30, height: 20, width: 30 };
    await predictTiled(picture(height, width), blurPlan, session, { region });
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(40 * 50);
  });

  test('where windows see to all themselves, they are those of the whole', async () => {
    const { session } = boxSession();
    const cut: number[][] = [];
    const plan: TiledPlan = {
      ...blurPlan,
      symmetry: 'none',
      window: async (window) => {
        cut.push(window.shape);
        return window;
      },
    };
    await predictTiled(picture(height, width), plan, session, { tile: 50 });
    const [all, [size]] = [cut.length, cut.splice(0)];
    await predictTiled(picture(height, width), plan, session, {
      tile: 50,
      region: { y: 9, x: 9, height: 1, width: 1 },
    });
    expect(cut).toEqual([size]);
    expect(all).toBeGreaterThan(4);
  });
});

test('what must stay upright is only mirrored', async () => {
  const { session, sizes } = boxSession();
  await predictTiled(picture(45, 90), { ...blurPlan, symmetry: 'mirror' }, session, { quality: 'best' });
  expect(sizes).toHaveLength(2);
});

/** Blurs twice, and keeps the picture where the plane beside it is 0. */
const blurWhereMarked = (): TiledPlan => ({
  kind: 'tiled',
  symmetry: 'none',
  beside: mark,
  reach: 2,
  async window(window, run) {
    const [height, width] = window.shape;
    const own = ndarray(new Float32Array(height * width * 3), [height, width, 3]);
    for (let i = 0; i < own.size; i++) own.data[i] = window.data[4 * Math.floor(i / 3) + (i % 3)];
    let blurred: Pixels = own;
    for (let time = 0; time < 2; time++) blurred = await blurWindow(blurred, run);
    const marked = (i: number) => window.data[4 * Math.floor(i / 3) + 3];
    return ndarray(
      own.data.map((v, i) => v + marked(i) * (blurred.data[i] - v)),
      own.shape,
    );
  },
});
const mark = ndarray(
  Uint8Array.from({ length: 90 * 70 }, (_, i) => (i % 7 === 0 ? 255 : 0)),
  [90, 70, 1],
);

test.each(['balanced', 'best'] as const)('planes beside the picture go with it, %s', async (quality) => {
  const { session } = boxSession({ stride: 1 });
  const whole = picture(90, 70);
  await predictTiled(whole, blurWhereMarked(), session, { quality });
  const tiled = picture(90, 70);
  await predictTiled(tiled, blurWhereMarked(), session, { tile: 30, quality });
  expect(largestDifference(whole.pixels.data, tiled.pixels.data)).toBeLessThan(1e-5);
  const before = picture(90, 70).pixels.data;
  const changed = [...whole.pixels.data.keys()].filter((i) => Math.abs(whole.pixels.data[i] - before[i]) > 1e-6);
  expect(changed.every((i) => mark.data[Math.floor(i / 3)] === 255)).toBe(true);
  expect(changed.length).toBeGreaterThan(2500);
});

describe('only what may change', () => {
  const [height, width] = [90, 120];
  /** A speck in the upper left corner and one on the right. */
  const where = ndarray(new Uint8Array(height * width), [height, width]);
  for (const [y, x] of [
    [2, 3],
    [2, 4],
    [70, 118],
  ])
    where.set(y, x, 255);
  const blurSpecks: TiledPlan = { ...blurPlan, changing: where };

  test.each(['balanced', 'best'] as const)('is written, %s; tiles without any are not run', async (quality) => {
    const { session, sizes } = boxSession();
    const everywhere = picture(height, width);
    await predictTiled(everywhere, blurPlan, session, { tile: 40, quality });
    const runs = sizes.length;
    const specks = picture(height, width);
    const steps: number[][] = [];
    const onTile = (finished: number, all: number) => steps.push([finished, all]);
    await predictTiled(specks, blurSpecks, session, { tile: 40, quality, onTile });
    const before = picture(height, width).pixels.data;
    const expected = before.map((v, i) => (where.data[Math.floor(i / 3)] ? everywhere.pixels.data[i] : v));
    expect(specks.pixels.data).toEqual(expected);
    expect(sizes.length - runs).toBe(quality === 'best' ? 16 : 2);
    expect(steps).toEqual([
      [1, 2],
      [2, 2],
    ]);
    expect(runs).toBeGreaterThan(sizes.length - runs);
  });
});

test('a plan may begin with writing into the picture, and stop there', async () => {
  const { session, sizes } = boxSession();
  const stop = new AbortController();
  const raster = picture(20, 20);
  const begun: TiledPlan = {
    ...blurPlan,
    first(whole, signal) {
      expect(signal).toBe(stop.signal);
      whole.pixels.data.fill(0.25);
    },
  };
  await predictTiled(raster, begun, session, { signal: stop.signal });
  expect(raster.pixels.get(10, 10, 0)).toBeCloseTo(0.25, 6);
  const stopped = { ...blurPlan, first: () => stop.abort(new Error('enough')) };
  await expect(predictTiled(raster, stopped, session, { signal: stop.signal })).rejects.toThrow('enough');
  expect(sizes).toEqual([400]);
});

test('samples of 8 bits are the same too', async () => {
  const { session } = boxSession({ stride: 2 });
  const whole = picture(90, 90, 8);
  await predictTiled(whole, blurPlan, session, { tile: 10_000 });
  const tiled = picture(90, 90, 8);
  await predictTiled(tiled, blurPlan, session, { tile: 30 });
  expect(tiled.pixels.data).toEqual(whole.pixels.data);
});

test('windows are as large as the plan says, and as the caller says where he does', async () => {
  const { session, sizes } = boxSession();
  const plan = { ...blurPlan, tile: 100 };
  await predictTiled(picture(150, 90), plan, session);
  expect(sizes).toHaveLength(2);
  await predictTiled(picture(150, 90), plan, session, { tile: 200 });
  expect(sizes).toHaveLength(3);
});

test('out of memory halves the tile, and the next picture begins with it', async () => {
  const { session } = boxSession();
  const whole = picture(120, 130);
  await predictTiled(whole, blurPlan, session);

  const { session: small, sizes } = boxSession({ memory: 2000 });
  for (let run = 0; run < 2; run++) {
    const tiled = picture(120, 130);
    await predictTiled(tiled, blurPlan, small);
    expect(largestDifference(whole.pixels.data, tiled.pixels.data)).toBeLessThan(1e-5);
  }
  expect(Math.max(...sizes)).toBeLessThanOrEqual(2000);
});

test('where no tile is small enough, the error with its cure is passed on', async () => {
  const { session } = boxSession({ memory: 20 });
  await expect(predictTiled(picture(50, 50), blurPlan, session)).rejects.toMatchObject({ code: 'E_MEMORY' });
});

test('stops between tiles, and tells of each', async () => {
  const { session, sizes } = boxSession({ slow: true });
  const aborter = new AbortController();
  const seen: [number, number][] = [];
  const onTile = (finished: number, all: number) => {
    seen.push([finished, all]);
    if (finished === 2) aborter.abort(new Error('stopped'));
  };
  const work = predictTiled(picture(100, 100), blurPlan, session, { tile: 30, onTile, signal: aborter.signal });
  await expect(work).rejects.toThrow('stopped');
  expect(seen.map(([finished]) => finished)).toEqual([1, 2]);
  expect(sizes.length).toBeLessThanOrEqual(4);
  expect(seen[0][1]).toBeGreaterThan(10);
});
