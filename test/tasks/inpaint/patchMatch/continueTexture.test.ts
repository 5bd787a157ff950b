import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import type { Raster, Samples } from '../../../../src/images/raster.js';
import { holeMask } from '../../../../src/tasks/inpaint/holeMask.js';
import { continueTexture } from '../../../../src/tasks/inpaint/patchMatch/continueTexture.js';

const SIDE = 96;
type Pattern = (y: number, x: number, c: number) => number;
type Where = (y: number, x: number) => boolean;

/** A picture of a pattern of 0..1. */
function drawn(
  pattern: Pattern,
  { Kind = Float32Array as new (length: number) => Samples, channels = 1, side = SIDE } = {},
): Raster {
  const data = new Kind(side * side * channels);
  const white = data instanceof Float32Array ? 1 : data instanceof Uint16Array ? 65_535 : 255;
  for (let i = 0; i < data.length; i++) {
    const pixel = Math.floor(i / channels);
    data[i] = pattern(Math.floor(pixel / side), pixel % side, i % channels) * white;
  }
  return { pixels: ndarray(data, [side, side, channels]), metadata: { format: 'npy', bitDepth: 32 } };
}

const square: Where = (y, x) => y >= 30 && y < 66 && x >= 28 && x < 64;

/** The same with another value in the hole, filled. */
function filled(raster: Raster, where: Where, most?: number): Raster {
  const { data, shape } = raster.pixels;
  const holes = holeMask(shape, where);
  for (let i = 0; i < data.length; i++) if (holes.data[Math.floor(i / shape[2])] !== 0) data[i] = 0;
  for (const _ of continueTexture(raster, holes, holes, most)) void _;
  return raster;
}

/** Mean absolute difference in the hole. */
function error({ pixels }: Raster, pattern: Pattern, where: Where): number {
  const [height, width, channels] = pixels.shape;
  const white = pixels.data instanceof Float32Array ? 1 : pixels.data instanceof Uint16Array ? 65_535 : 255;
  let [sum, count] = [0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!where(y, x)) continue;
      for (let c = 0; c < channels; c++, count++) sum += Math.abs(pixels.get(y, x, c) / white - pattern(y, x, c));
    }
  }
  return sum / count;
}

const hash = (i: number) => ((Math.imul(i, 2_654_435_761) >>> 8) % 1000) / 1000;
const noise: Pattern = (y, x, c) => hash(y * 1009 + x * 31 + c * 7 + 1);
const stripes: Pattern = (_, x) => (x % 9 < 4 ? 0.2 : 0.8);
const gradient: Pattern = (y, x, c) => 0.1 + 0.003 * y + (0.004 - 0.001 * c) * x;

describe('what is regular goes on', () => {
  test.each<[string, Pattern]>([
    ['stripes down', stripes],
    ['stripes across', (y) => (y % 12 < 5 ? 0.2 : 0.8)],
    ['slanting stripes', (y, x) => ((x + y) % 14 < 7 ? 0.2 : 0.8)],
    ['a checkerboard', (y, x) => (Math.floor(y / 8) + Math.floor(x / 8)) % 2],
    ['an edge', (_, x) => (x < 45 ? 0.1 : 0.9)],
    ['a gradient', gradient],
    ['one colour', () => 0.4],
  ])('%s', (_, pattern) => expect(error(filled(drawn(pattern), square), pattern, square)).toBeLessThan(0.02));

  test.each<[string, Where]>([
    ['at the border', (y, x) => y < 30 && x > 60],
    ['over two borders', (y) => y > 40 && y < 60],
    ['of two holes', (y, x) => (y > 10 && y < 40 && x > 10 && x < 40) || (y > 50 && y < 85 && x > 30 && x < 80)],
    ['as a ring', (y, x) => Math.abs(Math.hypot(y - 48, x - 48) - 30) < 8],
  ])('%s', (_, where) => expect(error(filled(drawn(stripes), where), stripes, where)).toBeLessThan(0.02));

  test.each([2, 4])('where a hole is so large that it is matched at 1/%i of the size', (scale) => {
    const most = (36 * 36) / scale ** 2;
    expect(error(filled(drawn(gradient, { channels: 3 }), square, most), gradient, square)).toBeLessThan(0.02);
    const wide: Pattern = (y, x) => ((x + y) % 32 < 16 ? 0.2 : 0.8);
    const result = filled(drawn(wide, { side: 200 }), square, most);
    expect(error(result, wide, square)).toBeLessThan(0.06);
  });
});

test('texture is as strong in the hole as about it', () => {
  const raster = filled(drawn(noise), square);
  const deviation = (where: Where): number => {
    const values: number[] = [];
    for (let y = 0; y < SIDE; y++)
      for (let x = 0; x < SIDE; x++) if (where(y, x)) values.push(raster.pixels.get(y, x, 0));
    const mean = values.reduce((a, b) => a + b) / values.length;
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  };
  expect(deviation(square) / deviation((y, x) => !square(y, x))).toBeGreaterThan(0.8);
  expect(deviation(square) / deviation((y, x) => !square(y, x))).toBeLessThan(1.2);
});

describe('known samples stay, and the hole holds numbers', () => {
  test.each<[string, new (length: number) => Samples, number]>([
    ['8 bits, colour', Uint8Array, 3],
    ['8 bits, grey', Uint8Array, 1],
    ['16 bits, colour', Uint16Array, 3],
    ['floats, grey', Float32Array, 1],
    ['floats, colour', Float32Array, 3],
  ])('%s', (_, Kind, channels) => {
    const wild: Pattern = (y, x, c) => (Kind === Float32Array ? 3 : 1) * noise(y, x, c);
    const raster = filled(drawn(wild, { Kind, channels }), square);
    const before = drawn(wild, { Kind, channels });
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        for (let c = 0; c < channels; c++) {
          if (square(y, x)) expect(raster.pixels.get(y, x, c)).not.toBeNaN();
          else expect(raster.pixels.get(y, x, c)).toBe(before.pixels.get(y, x, c));
        }
      }
    }
  });

  test('beside samples that are none', () => {
    const raster = drawn(stripes);
    for (const [y, x] of [
      [20, 20],
      [29, 40],
      [70, 50],
    ])
      raster.pixels.set(y, x, 0, y === 20 ? Number.POSITIVE_INFINITY : Number.NaN);
    filled(raster, square);
    expect([raster.pixels.get(20, 20, 0), raster.pixels.get(29, 40, 0)]).toEqual([
      Number.POSITIVE_INFINITY,
      Number.NaN,
    ]);
    expect(error(raster, stripes, square)).toBeLessThan(0.05);
  });

  test.each<[string, Where, number]>([
    ['where nothing is left to copy', (y, x) => y > 2 && y < SIDE - 3 && x > 2 && x < SIDE - 3, SIDE],
    ['in a picture smaller than a patch', (y, x) => y > 0 && x > 0, 5],
  ])('%s: filled smoothly', (_, where, side) => {
    const raster = filled(drawn(gradient, { side }), where);
    expect(error(raster, gradient, where)).toBeLessThan(0.02);
  });
});

test('is the same each time', () => {
  const [first, second] = [
    filled(drawn(noise, { channels: 3 }), square),
    filled(drawn(noise, { channels: 3 }), square),
  ];
  expect(second.pixels.data).toEqual(first.pixels.data);
});

test('pixels of thin holes are left for others, and not copied', () => {
  const raster = drawn(stripes);
  const scratch: Where = (y, x) => y === 10 && x < 90;
  const wanted = holeMask(raster.pixels.shape, square);
  const holes = holeMask(raster.pixels.shape, (y, x) => square(y, x) || scratch(y, x));
  for (let i = 0; i < holes.size; i++) if (holes.data[i] !== 0) raster.pixels.data[i] = 9;
  for (const _ of continueTexture(raster, wanted, holes)) void _;
  expect(raster.pixels.get(10, 40, 0)).toBe(9);
  expect(error(raster, stripes, square)).toBeLessThan(0.02);
});
