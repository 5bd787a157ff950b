import ndarray from 'ndarray';
import { expect, test } from 'vitest';
import { blendBack } from '../../../src/tasks/denoise/blendBack.js';

const flat = (values: number[], height = 9, width = 9) =>
  ndarray(
    Float32Array.from({ length: height * width * values.length }, (_, i) => values[i % values.length]),
    [height, width, values.length],
  );

test('nothing is given back by default', () => {
  const clean = flat([0.5, 0.5, 0.5]);
  expect(blendBack(flat([0.1, 0.2, 0.3]), clean, { chroma: 1, grain: 0 })).toBe(clean);
});

test('without chroma the colour is as it was, the brightness is clean', () => {
  const [red, green, blue] = blendBack(flat([0.6, 0.4, 0.7]), flat([0.5, 0.5, 0.5]), { chroma: 0, grain: 0 }).data;
  expect(0.299 * red + 0.587 * green + 0.114 * blue).toBeCloseTo(0.5, 5);
  expect(red - green).toBeCloseTo(0.2, 5);
  expect(blue - green).toBeCloseTo(0.3, 5);
});

test('grain is the finest part of what was taken: a single pixel, not an even change', () => {
  const photo = flat([0.7]);
  photo.set(4, 4, 0, 0.9);
  const { data } = blendBack(photo, flat([0.5]), { chroma: 1, grain: 0.5 });
  const centre = 1 / [1, 2, 3, 4].reduce((sum, d) => sum + 2 * Math.exp((-d * d) / 2), 1);
  expect(data[0]).toBeCloseTo(0.5, 3);
  expect(data[4 * 9 + 4]).toBeCloseTo(0.5 + 0.5 * 0.2 * (1 - centre ** 2), 4);
});
