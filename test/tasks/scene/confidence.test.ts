import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import { agreement, confidenceWords } from '../../../src/tasks/scene/confidence.js';

const [ROWS, COLUMNS] = [12, 20];
const grid = (of: (y: number, x: number) => number) =>
  ndarray(
    Float32Array.from({ length: ROWS * COLUMNS }, (_, i) => of(Math.floor(i / COLUMNS), i % COLUMNS)),
    [ROWS, COLUMNS, 1],
  );
const compare = (a: (y: number, x: number) => number, b: (y: number, x: number) => number) =>
  agreement(
    [grid(a), grid(b)],
    (own, other, i) => Math.abs(own[i] - other[i]),
    (mean) => 1 - mean,
  );

describe('agreement', () => {
  test('is whole where two views say the same', () => {
    expect(
      new Set(
        compare(
          (y, x) => y * x,
          (y, x) => y * x,
        ).data,
      ),
    ).toEqual(new Set([1]));
  });

  test.each([
    ['in the middle, of 9 x 9 cells', 6, 10, 1 / 81],
    ['in a corner, of those that there are', 0, 0, 1 / 25],
    ['at an edge', 0, 10, 1 / 45],
  ])('is compared in a square: %s', (_, y, x, share) => {
    const { data, shape } = compare(
      () => 0,
      (row, column) => (row === y && column === x ? 1 : 0),
    );
    expect(shape).toEqual([ROWS, COLUMNS, 1]);
    expect(data[y * COLUMNS + x]).toBeCloseTo(1 - share, 6);
    expect(data[((y + 6) % ROWS) * COLUMNS + ((x + 9) % COLUMNS)]).toBe(1);
  });
});

test.each([
  [{}, []],
  [{ meanConfidence: 0.657 }, ['confidence: 66 of 100, over the photo']],
])('%j, in words', (report, words) => {
  expect(confidenceWords(report)).toEqual(words);
});
