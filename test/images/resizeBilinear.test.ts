import ndarray from 'ndarray';
import { expect, test } from 'vitest';
import { resizeBilinear } from '../../src/images/resizeBilinear.js';
import { pattern } from '../helpers/pattern.js';

const row = (...values: number[]) => ndarray(new Float32Array(values), [1, values.length, 1]);

test.each([
  ['the same size', [1, 5, 2], 3, [1, 5, 2]],
  ['doubled', [0, 4], 4, [0, 1, 3, 4]],
  ['halved', [0, 0, 8, 8], 2, [8 / 7, 48 / 7]],
  ['from one pixel', [3], 3, [3, 3, 3]],
])('a row, %s', (_, values, width, expected) => {
  const { data } = resizeBilinear(row(...values), 1, width);
  for (const [i, value] of expected.entries()) expect(data[i]).toBeCloseTo(value, 5);
});

// Expected values: Pillow's BILINEAR on the same pictures, as score.py calls it.
test.each([
  [
    'enlarged',
    pattern(4, 5, 2, 1),
    7,
    9,
    [
      [3, 4, 0.5703125, 0.5234375],
      [2, 7, 0.64285713, 0.16741072],
    ],
    59.636409,
  ],
  [
    'reduced',
    pattern(9, 12, 2, 1),
    4,
    5,
    [
      [3, 4, 0.5664107, 0.45210713],
      [1, 2, 0.48350394, 0.4636324],
    ],
    19.673879,
  ],
])('%s as Pillow does', (_, pixels, height, width, samples, sum) => {
  const resized = resizeBilinear(pixels, height, width);
  expect(resized.shape).toEqual([height, width, 2]);
  for (const [y, x, first, second] of samples) {
    expect(resized.get(y, x, 0)).toBeCloseTo(first, 6);
    expect(resized.get(y, x, 1)).toBeCloseTo(second, 6);
  }
  expect(resized.data.reduce((total, value) => total + value, 0)).toBeCloseTo(sum, 4);
});
