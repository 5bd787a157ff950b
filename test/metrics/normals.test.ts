import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import { planeNormals } from '../../src/geometry/planeNormals.js';
import { NormalScores } from '../../src/metrics/normals.js';
import { pattern } from '../helpers/pattern.js';

const depthMap = (metres: (y: number, x: number) => number) => {
  const depth = ndarray(new Float32Array(48 * 64), [48, 64]);
  for (let y = 0; y < 48; y++) for (let x = 0; x < 64; x++) depth.set(y, x, metres(y, x));
  return depth;
};

/** A camera of focal length 50 whose axis goes through the middle of a 64 x 48 frame. */
const camera = { fx: 50, fy: 50, cx: 32, cy: 24, width: 64 };

describe('planes by hand', () => {
  // On the plane n . p = d, seen from 0, depth is d / (n . ray).
  test.each([
    ['a wall faced squarely', 3, [0, 0, 1], [0, 0, 1]],
    ['a floor that falls away', 3, [0, 0.6, 0.8], [0, 0.6, 0.8]],
    ['a wall to the left that looks right', 3, [-0.6, 0, 0.8], [0.6, 0, 0.8]],
  ])('%s', (_, distance, [a, b, c], expected) => {
    const depth = depthMap((y, x) => distance / ((a * (x - 32)) / 50 + (b * (y - 24)) / 50 + c));
    const { normals, valid } = planeNormals(depth, { camera });
    expect(valid.get(24, 32)).toBe(1);
    for (const [i, value] of expected.entries()) expect(normals.get(24, 32, i)).toBeCloseTo(value, 4);
  });
});

/** Two slanted planes with a step between, in whole millimetres, and a patch without depth. */
const scene = depthMap((y, x) => {
  if (y >= 5 && y < 9 && x >= 20 && x < 30) return 0;
  return (x < 34 ? 1500 + 9 * x + 4 * y : 2600 - 12 * y + 2 * x) / 1000;
});

describe('as score.py gave', () => {
  const truth = planeNormals(scene);

  test('which pixels are valid', () => {
    expect(truth.valid.data.reduce((sum, value) => sum + value, 0)).toBe(612);
  });

  test.each([
    [20, 20, [0.275096, -0.123064, 0.953508]],
    [24, 33, [0.259032, -0.114489, 0.959059]],
    [24, 40, [0.042632, 0.247618, 0.967919]],
    [17, 48, [0.03829, 0.230411, 0.97234]],
    [31, 15, [0.273291, -0.121384, 0.954242]],
  ])('the normal at row %i, column %i', (y, x, expected) => {
    for (const [i, value] of expected.entries()) expect(truth.normals.get(y, x, i)).toBeCloseTo(value, 5);
  });

  test('angles of a smaller prediction', () => {
    const predicted = pattern(24, 32, 3, 1);
    predicted.data.forEach((value, i) => {
      predicted.data[i] = value - 0.3 + (i % 3 === 2 ? 1 : 0);
    });
    const scores = new NormalScores();
    scores.add(predicted, truth);
    const { mean, median, within11, within22, within30 } = scores.figures;
    expect(mean).toBeCloseTo(15.84854, 3);
    expect(median).toBeCloseTo(14.59086, 3);
    expect(within11).toBeCloseTo(31.20915, 3);
    expect(within22).toBeCloseTo(77.61438, 3);
    expect(within30).toBeCloseTo(95.58824, 3);
  });
});

test('angles of known vectors, pooled over pictures; length does not matter', () => {
  const up = {
    normals: ndarray(new Float32Array([0, 0, 1, 0, 0, 1]), [1, 2, 3]),
    valid: ndarray(new Uint8Array([1, 1]), [1, 2]),
  };
  const half = { ...up, valid: ndarray(new Uint8Array([1, 0]), [1, 2]) };
  const scores = new NormalScores();
  scores.add(ndarray(new Float32Array([0, 0, 7, 0, 1, 1]), [1, 2, 3]), up);
  scores.add(ndarray(new Float32Array([2, 0, 0, 9, 9, 9]), [1, 2, 3]), half);
  const { images, mean, median, within11, within30 } = scores.figures;
  expect(images).toBe(2);
  expect(mean).toBeCloseTo(45, 4);
  expect(median).toBeCloseTo(45, 4);
  expect(within11).toBeCloseTo(100 / 3, 4);
  expect(within30).toBeCloseTo(100 / 3, 4);
});
