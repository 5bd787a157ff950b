import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import { CellScores, partitionScores } from '../../src/metrics/cells.js';
import { warpingErrors } from '../../src/metrics/warping.js';
import { drawn, mask } from '../regions/drawing.js';

const certain = (...rows: string[]) => {
  const { data, shape } = mask(...rows);
  return ndarray(
    Float32Array.from(data, (value) => value / 255),
    shape,
  );
};

describe('partitions, by hand', () => {
  test('the same, whatever the numbers: 1', () => {
    const scores = partitionScores(drawn('11.22'), drawn('77.33'));
    expect(scores).toEqual({ vRand: 1, vInfo: 1, randError: 0 });
  });

  test('a bridge of one pixel between two cells of n: recall 1, precision a half', () => {
    // 16 pixels a cell; what is said is one piece. sumA = 1/2, sumB = 1, sumAB = 1/2.
    const truth = drawn('1111.2222', '1111.2222', '1111.2222', '1111.2222');
    const said = drawn('1111.1111', '1111.1111', '111111111', '1111.1111');
    const { vRand, vInfo, randError } = partitionScores(truth, said);
    expect(vRand).toBeCloseTo((2 * 0.5) / 1.5, 12);
    expect(vInfo).toBe(0);
    expect(randError).toBeCloseTo(0.5, 12);
  });

  test('a cell split in two: recall a half, precision 1', () => {
    const { vRand, vInfo } = partitionScores(drawn('1111'), drawn('1122'));
    expect(vRand).toBeCloseTo((2 * 0.5) / 1.5, 12);
    expect(vInfo).toBe(0);
  });

  test('membrane inside a cell: each pixel is a piece of its own', () => {
    // n = 4: p = 2/4, 1/4, 1/4. sumA = 1, sumB = sumAB = 4/16 + 2/16.
    const { vRand } = partitionScores(drawn('1111'), drawn('..22'));
    expect(vRand).toBeCloseTo((2 * 0.375) / 1.375, 12);
  });

  test('information: two cells, one of them split', () => {
    // p = 1/2, 1/4, 1/4: H(S) = ln 2, H(T) = H(S, T) = 1.5 ln 2, I = ln 2.
    const { vInfo } = partitionScores(drawn('1122'), drawn('1123'));
    expect(vInfo).toBeCloseTo(2 / 2.5, 12);
  });

  test('what is membrane in the truth does not count', () => {
    expect(partitionScores(drawn('11..22'), drawn('111222')).vRand).toBe(1);
    expect(() => partitionScores(drawn('11'), drawn('111'))).toThrow('cells of 3 x 1 pixels; expected 2 x 1');
  });
});

describe('warping, by hand', () => {
  const truth = ['#######', '#######', '.......', '#######', '#######'];
  test.each([
    ['the same', truth, 0, 0],
    ['a border shifted by one', [truth[0], truth[2], truth[1], truth[3], truth[4]], 0, 0],
    ['a thicker border', [truth[0], truth[2], truth[2], truth[3], truth[4]], 0, 0],
    ['a bridge of one pixel: a merger', [truth[0], truth[1], '...#...', truth[3], truth[4]], 1, 1],
    ['a dent', ['#######', '##.####', '.......', '#######', '#######'], 0, 0],
  ])('%s', (_, rows, grave, all) => {
    const { warpingError, topologyError } = warpingErrors(certain(...rows), mask(...truth), 0.5);
    expect([warpingError * 35, topologyError * 35]).toEqual([grave, all]);
  });

  test.each([
    ['a hole in a cell, missing: no split, no merger', ['#####', '#####', '#####'], ['#####', '##.##', '#####'], 0, 1],
    ['a hole that is too much', ['#####', '##.##', '#####'], ['#####', '#####', '#####'], 0, 1],
    ['a cell split', ['##.##', '##.##', '##.##'], ['#####', '#####', '#####'], 1, 1],
    ['a cell that is too much', ['.....', '..#..', '.....'], ['.....', '.....', '.....'], 0, 1],
    ['a cell that is missing', ['.....', '.....', '.....'], ['.....', '..#..', '.....'], 0, 1],
  ])('%s', (_, said, truly, grave, all) => {
    const { warpingError, topologyError } = warpingErrors(certain(...said), mask(...truly), 0.5);
    expect([warpingError * 15, topologyError * 15]).toEqual([grave, all]);
  });
});

describe('a set of slices', () => {
  test('a perfect answer', () => {
    const scores = new CellScores();
    scores.add(certain('##.##'), mask('##.##'));
    const { images, vRand, vInfo, adaptedRandError, randError, warpingError, pixelError, membraneError } =
      scores.figures;
    expect([images, vRand, vInfo, adaptedRandError, randError]).toEqual([1, 1, 1, 0, 0]);
    expect([warpingError, pixelError, membraneError]).toEqual([0, 0, 0]);
  });

  test('thinning mends a thick border, and pixel error does not', () => {
    const scores = new CellScores({ thresholds: [0.5] });
    scores.add(certain('####...###'), mask('#####.####'));
    const { vRand, adaptedRandError, pixelError, membraneError, wrongPixels } = scores.figures;
    expect(vRand).toBe(1);
    // n = 9, cells 5 + 4, pieces 4 + 3, two alone: sumA = 41/81, sumB = sumAB = 27/81.
    expect(adaptedRandError).toBeCloseTo(1 - (2 * 27) / (41 + 27), 12);
    expect(pixelError).toBeCloseTo(1 - 14 / 16, 12);
    expect(membraneError).toBeCloseTo(1 - 2 / 4, 12);
    expect(wrongPixels).toBeCloseTo(0.2, 12);
  });

  test('each figure is the best over thresholds, of the mean over slices', () => {
    const scores = new CellScores({ thresholds: [0.2, 0.6] });
    const values = ndarray(Float32Array.of(0.9, 0.4, 0.9, 0.9), [1, 4]);
    scores.add(values, mask('#.##'));
    // Above .2 all is cell: a merger; above .6 it is right.
    expect(scores.figures).toMatchObject({ vRand: 1, threshold: 0.6, pixelError: 0 });
  });
});
