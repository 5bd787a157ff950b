import ndarray, { type NdArray } from 'ndarray';
import { expect, test } from 'vitest';
import { guidedEnlargement } from '../../src/images/guidedEnlargement.js';
import { type GuidedFitsOptions, guideStatistics } from '../../src/images/guidedFilter.js';
import type { Pixels, Samples } from '../../src/images/raster.js';
import { resizeBilinear } from '../../src/images/resizeBilinear.js';

type Value = (y: number, x: number) => readonly number[];

function pixels(height: number, width: number, value: Value): Pixels {
  const values = Array.from({ length: height * width }, (_, i) => value(Math.floor(i / width), i % width)).flat();
  return ndarray(Float32Array.from(values), [height, width, values.length / (height * width)]);
}

/** All of a map, enlarged along a picture whose small version is given too. */
function enlarged(map: Pixels, guide: Pixels, pixels: NdArray<Samples>, options?: GuidedFitsOptions): number[] {
  const [height, width] = pixels.shape;
  const values = new Float32Array(height * width * map.shape[2]);
  guidedEnlargement(map, guideStatistics(guide), { pixels }, options)(0, height, values);
  return Array.from(values);
}

/** Black up to an edge, white beyond: of 48 columns the edge is at 21, so that it cuts the sixth of 12. */
const EDGE = 21;
const [dark, light] = [
  [0.1, 0.1, 0.1],
  [0.9, 0.9, 0.9],
];
const large = pixels(32, 48, (_, x) => (x < EDGE ? dark : light));
const small = pixels(8, 12, (_, x) => {
  const share = Math.min(Math.max((EDGE - 4 * x) / 4, 0), 1);
  return dark.map((value, k) => share * value + (1 - share) * light[k]);
});

test('a map that is the same everywhere stays so', () => {
  const map = pixels(8, 12, () => [3]);
  for (const value of enlarged(map, small, large)) expect(value).toBeCloseTo(3, 5);
});

test.each([false, true])('the edge of a map goes where the picture has it, to the pixel; values kept: %s', (keep) => {
  const map = pixels(8, 12, (_, x) => [x < 5 ? 1 : x === 5 ? 3.25 : 4]);
  const values = enlarged(map, small, large, { keep });
  for (const [i, value] of values.entries()) {
    expect(Math.abs(value - (i % 48 < EDGE ? 1 : 4))).toBeLessThan(0.1);
  }
});

test('where the picture is flat, a slope of the map is a slope', () => {
  const map = pixels(8, 12, (_, x) => [x]);
  const flat = [pixels(8, 12, () => [0.5]), pixels(32, 48, () => [0.5])] as const;
  const values = enlarged(map, ...flat);
  // Two windows from the border on, where means are of fewer.
  for (let x = 20; x < 28; x++) expect(values[16 * 48 + x]).toBeCloseTo((x + 0.5) / 4 - 0.5, 4);
});

test('values that are kept are those of bilinear enlargement where the picture is flat, else they are smoothed', () => {
  const map = pixels(8, 12, (y, x) => [(x + y) % 2, x % 2]);
  const flat = [pixels(8, 12, () => [0.5]), pixels(32, 48, () => [0.5])] as const;
  const expected = resizeBilinear(map, 32, 48).data;
  for (const [i, value] of enlarged(map, ...flat, { keep: true }).entries()) expect(value).toBeCloseTo(expected[i], 5);
  expect(Math.max(...enlarged(map, ...flat))).toBeLessThan(0.7);
});

test('each channel by itself, and bands of rows as the whole', () => {
  const map = pixels(8, 12, (y, x) => [x < 5 ? 1 : 2, y, x * y]);
  const whole = enlarged(map, small, large);
  const band = new Float32Array(5 * 48 * 3);
  guidedEnlargement(map, guideStatistics(small), { pixels: large })(11, 5, band);
  expect(Array.from(band)).toEqual(whole.slice(11 * 48 * 3, 16 * 48 * 3));
  const first = enlarged(
    pixels(8, 12, (_, x) => [x < 5 ? 1 : 2]),
    small,
    large,
  );
  expect(whole.filter((_, i) => i % 3 === 0)).toEqual(first);
});

/** Columns of what lies the other way round in memory, as a turned photo may. */
const turned = ndarray(new Uint16Array(48 * 32 * 3), [32, 48, 3], [3, 32 * 3, 1]);
for (let y = 0; y < 32; y++) {
  for (let x = 0; x < 48; x++) for (let c = 0; c < 3; c++) turned.set(y, x, c, large.get(y, x, c) * 65_535 + 0.5);
}

test.each<[string, NdArray<Samples>]>([
  [
    '8 bits',
    ndarray(
      Uint8Array.from(large.data, (value) => value * 255 + 0.5),
      [32, 48, 3],
    ),
  ],
  ['16 bits in another order', turned],
])('samples of %s', (_, samples) => {
  const map = pixels(8, 12, (_, x) => [x < 5 ? 1 : x === 5 ? 3.25 : 4]);
  const expected = enlarged(map, small, large);
  for (const [i, value] of enlarged(map, small, samples).entries()) expect(value).toBeCloseTo(expected[i], 1);
});

test('a grey picture is one of three equal colours', () => {
  const map = pixels(8, 12, (_, x) => [x < 5 ? 1 : x === 5 ? 3.25 : 4]);
  const only = (picture: Pixels) => pixels(picture.shape[0], picture.shape[1], (y, x) => [picture.get(y, x, 0)]);
  const expected = enlarged(map, small, large);
  for (const [i, value] of enlarged(map, only(small), only(large)).entries()) {
    expect(Math.abs(value - expected[i])).toBeLessThan(0.1);
  }
});
