import ndarray from 'ndarray';
import { expect, test } from 'vitest';
import { textureInHole } from '../../src/metrics/textureInHole.js';

const SIDE = 20;
const drawn = (at: (y: number, x: number, c: number) => number, channels = 1) =>
  ndarray(
    Float32Array.from({ length: SIDE * SIDE * channels }, (_, i) => {
      const pixel = Math.floor(i / channels);
      return at(Math.floor(pixel / SIDE), pixel % SIDE, i % channels);
    }),
    [SIDE, SIDE, channels],
  );
const holeOf = (isHole: (y: number, x: number) => boolean) =>
  ndarray(
    Uint8Array.from({ length: SIDE * SIDE }, (_, i) => (isHole(Math.floor(i / SIDE), i % SIDE) ? 255 : 0)),
    [SIDE, SIDE],
  );
const checks = (y: number, x: number) => (y + x) % 2;
const square = holeOf((y, x) => y > 3 && y < 16 && x > 3 && x < 16);

test.each<[string, (y: number, x: number) => number, number]>([
  ['the same', checks, 1],
  ['half as strong', (y, x) => 0.5 * checks(y, x), 0.5],
  ['smooth', () => 0.3, 0],
  ['across alone', (_, x) => x % 2, Math.SQRT1_2],
  ['another only in the rim', (y, x) => (y > 7 && y < 13 && x > 7 && x < 13 ? checks(y, x) : 0), 1],
])('%s', (_, filled, expected) => expect(textureInHole(drawn(filled), drawn(checks), square)).toBeCloseTo(expected, 6));

test('colours count as they are bright', () => {
  const green = drawn((y, x, c) => (c === 1 ? checks(y, x) : 0), 3);
  const white = drawn(checks, 3);
  expect(textureInHole(green, white, square)).toBeCloseTo(0.587, 5);
});

test('a hole that is nowhere wide has none', () => {
  const line = holeOf((y) => y > 3 && y < 12);
  expect(textureInHole(drawn(checks), drawn(checks), line)).toBeUndefined();
});
