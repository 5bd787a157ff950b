import { expect, test } from 'vitest';
import { classWeights } from '../../../src/training/datasets/classWeights.js';

// 0 twice, 1 once, 2 four times, 4 sixteen times: the median of the three classes is 4.
const maps = [Uint8Array.of(0, 0, 1, 2, 2, 2, 2), new Uint8Array(16).fill(4)];

test.each([
  ['all the same', { power: 0 }, [0, 1, 1, 0, 1]],
  ['the same in sum', { power: 1 }, [0, 4, 1, 0, 1 / 4]],
  ['half-way', { power: 0.5 }, [0, 2, 1, 0, 1 / 2]],
  // 1 and 0 together are three of class 1, of two classes; the median is the larger one's.
  ['classes of other numbers', { power: 1, classOf: (label: number) => (label < 2 ? 1 : 2) }, [0, 20 / 3, 1]],
  ['one that is made void', { power: 1, classOf: (label: number) => (label === 1 ? 0 : 1) }, [0, 1]],
])('classes weigh %s', (_, options, expected) => {
  expect(classWeights(maps, options)).toEqual(expected);
});

test('no labels, no weights', () => {
  expect(classWeights([], { power: 1 })).toEqual([]);
});
