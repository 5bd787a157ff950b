import { expect, test } from 'vitest';
import { depthColour } from '../../src/answers/depthColour.js';

const rgb = (share: number) => depthColour(share).map((value) => Math.round(value * 255));

test.each([
  ['blue', 0.125, [70, 107, 227]],
  ['cyan', 0.25, [40, 188, 235]],
  ['green in the middle', 0.5, [164, 252, 60]],
  ['orange', 0.8, [240, 91, 18]],
])('%s is that of the colour map itself, of which the polynomial misses 20 of 255 at most', (_, share, expected) => {
  for (const [c, value] of rgb(share).entries()) expect(Math.abs(value - expected[c])).toBeLessThan(20);
});

test('ends in dark blue and dark red', () => {
  expect(rgb(0)).toEqual([35, 23, 27]);
  expect(rgb(1)).toEqual([144, 13, 0]);
});

test.each([
  [-3, 0],
  [7, 1],
])('%d is outside, and the colour of %d', (outside, end) => {
  expect(depthColour(outside)).toBe(depthColour(end));
});

test.each([
  ['viridis', [68, 1, 84], [33, 145, 140], [253, 231, 37]],
  ['magma', [0, 0, 4], [183, 55, 121], [252, 253, 191]],
  ['grey', [0, 0, 0], [128, 128, 128], [255, 255, 255]],
] as const)('%s has the ends and the middle that it is known by', (colours, far, middle, near) => {
  for (const [share, expected] of [[0, far], [0.5, middle], [1, near]] as const) {
    for (const [c, value] of depthColour(share, colours).entries()) {
      expect(Math.abs(255 * value - expected[c])).toBeLessThan(8);
    }
  } // biome-ignore format: a place a line
});
