import { expect, test } from 'vitest';
import { depthColour } from '../../src/images/depthColour.js';

const rgb = (share: number) => depthColour(share).map((value) => Math.round(value * 255));

test.each([
  ['the far end is dark blue', 0, [35, 23, 27]],
  ['blue', 0.125, [74, 88, 221]],
  ['green in the middle', 0.5, [149, 251, 81]],
  ['orange', 0.8, [243, 105, 25]],
  ['the near end is dark red', 1, [144, 12, 0]],
])('%s', (_, share, expected) => {
  for (const [c, value] of rgb(share).entries()) expect(Math.abs(value - expected[c])).toBeLessThan(12);
});

test.each([
  [-3, 0],
  [7, 1],
])('%d is outside, and the colour of %d', (outside, end) => {
  expect(depthColour(outside)).toBe(depthColour(end));
});
