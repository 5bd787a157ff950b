import ndarray from 'ndarray';
import { expect, test } from 'vitest';
import { averaged } from '../../src/images/averaged.js';

const bytes = (height: number, width: number, values: number[]) => ({
  pixels: ndarray(Uint8Array.from(values), [height, width, values.length / (height * width)]),
});

test.each([
  ['halves', bytes(2, 2, [0, 51, 102, 255]), 1, 1, [0.4]],
  ['fractions of pixels', bytes(1, 3, [0, 255, 255]), 1, 2, [1 / 3, 1]],
  ['pixels that three share', bytes(1, 4, [0, 255, 51, 0]), 1, 3, [1 / 4, (2 / 3 + 2 / 15) / (4 / 3), 0.05]],
  ['fractions both ways', bytes(3, 3, [0, 0, 0, 0, 255, 0, 0, 0, 0]), 2, 2, [1 / 9, 1 / 9, 1 / 9, 1 / 9]],
  ['colours apart', bytes(1, 2, [255, 0, 51, 0, 255, 51]), 1, 1, [0.5, 0.5, 0.2]],
  ['larger, between', bytes(1, 2, [0, 255]), 1, 4, [0, 0.25, 0.75, 1]],
  ['the same size', bytes(1, 3, [0, 51, 255]), 1, 3, [0, 0.2, 1]],
])('%s', (_, picture, height, width, expected) => {
  const { data, shape } = averaged(picture, height, width);
  expect(shape.slice(0, 2)).toEqual([height, width]);
  expect(data).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(data[i]).toBeCloseTo(value, 5);
});

test('16 bits, and samples that lie in another order', () => {
  const wide = { pixels: ndarray(Uint16Array.of(0, 65_535, 65_535, 65_535), [2, 2, 1]) };
  expect(averaged(wide, 1, 1).data[0]).toBeCloseTo(0.75, 5);
  const turned = { pixels: ndarray(Uint8Array.of(0, 0, 255, 255), [2, 2, 1], [1, 2, 1]) };
  expect(Array.from(averaged(turned, 2, 1).data)).toEqual([0.5, 0.5]);
  expect(Array.from(averaged(turned, 1, 2).data)).toEqual([0, 1]);
});
