import ndarray, { type NdArray } from 'ndarray';
import { expect, test } from 'vitest';
import type { Pixels } from '../../src/images/raster.js';
import { DepthScores } from '../../src/metrics/depth.js';
import { pattern } from '../helpers/pattern.js';

const row = (...metres: number[]) => ndarray(new Float32Array(metres), [1, metres.length, 1]);
const truthRow = (...metres: number[]) => ndarray(new Float32Array(metres), [1, metres.length]);

test('by hand, a missing pixel left out', () => {
  const scores = new DepthScores();
  scores.add(row(2, 3, 100), truthRow(2, 2, 0));
  const log = Math.log(1.5);
  const expected = {
    images: 1,
    d1: 0.5,
    d2: 1,
    d3: 1,
    absRel: 0.25,
    sqrRel: 0.25,
    rms: Math.SQRT1_2,
    rmsLog: log * Math.SQRT1_2,
    scaleInvariant: log / 2,
  };
  for (const [name, value] of Object.entries(expected)) {
    expect(scores.figures[name as keyof typeof expected], name).toBeCloseTo(value, 6);
  }
});

test('pixels are pooled over the set, not averaged by picture', () => {
  const scores = new DepthScores();
  scores.add(row(2), truthRow(1));
  scores.add(row(1, 1, 1), truthRow(1, 1, 1));
  expect(scores.figures).toMatchObject({ images: 2, absRel: 0.25, rms: 0.5 });
});

test('of 640x480 only the customary box counts', () => {
  const truth = ndarray(new Float32Array(480 * 640).fill(9), [480, 640]);
  for (let y = 44; y < 471; y++) for (let x = 40; x < 601; x++) truth.set(y, x, 2);
  const scores = new DepthScores();
  scores.add(ndarray(new Float32Array(240 * 320).fill(2), [240, 320, 1]), truth);
  expect(scores.figures).toMatchObject({ d1: 1, absRel: 0, rms: 0 });
});

const prediction = (height: number, width: number, twist: number): Pixels => {
  const metres = pattern(height, width, 1, twist);
  metres.data.forEach((value, i) => {
    metres.data[i] = 1 + 2 * value;
  });
  return metres;
};

const measured = (height: number, width: number, twist: number): NdArray<Float32Array> => {
  const metres = ndarray(new Float32Array(height * width), [height, width]);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const missing = (x + 2 * y) % 11 === 0;
      metres.set(y, x, missing ? 0 : 1 + 0.04 * ((x * 7 + y * 13 + x * y * twist) % 64));
    }
  }
  return metres;
};

test('two pictures, one of them enlarged, as score.py gave', () => {
  const scores = new DepthScores();
  scores.add(prediction(6, 8, 3), measured(12, 16, 1));
  scores.add(prediction(12, 16, 1), measured(12, 16, 2));
  const expected = {
    images: 2,
    d1: 0.327586,
    d2: 0.609195,
    d3: 0.87931,
    absRel: 0.374252,
    sqrRel: 0.39843,
    rms: 0.918548,
    rmsLog: 0.453744,
    scaleInvariant: 0.43671,
  };
  for (const [name, value] of Object.entries(expected)) {
    expect(scores.figures[name as keyof typeof expected], name).toBeCloseTo(value, 5);
  }
});
