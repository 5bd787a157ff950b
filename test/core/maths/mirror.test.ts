import { expect, test } from 'vitest';
import { mirrored, reflected } from '../../../src/core/maths/mirror.js';

const line = (at: (i: number) => number) => Array.from({ length: 11 }, (_, i) => at(i - 4));

// As numpy.pad([0, 1, 2], 4) has them.
test.each([
  ['symmetric', mirrored, 3, [2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0]],
  ['reflect', reflected, 3, [0, 1, 2, 1, 0, 1, 2, 1, 0, 1, 2]],
  ['symmetric, one sample', mirrored, 1, Array(11).fill(0)],
  ['reflect, one sample', reflected, 1, Array(11).fill(0)],
])('%s', (_, indexOf, length, expected) => {
  expect(line((i) => indexOf(i, length))).toEqual(expected);
});
