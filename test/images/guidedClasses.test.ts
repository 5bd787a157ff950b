import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import { guidedClasses } from '../../src/images/guidedClasses.js';
import { guidedEnlargement } from '../../src/images/guidedEnlargement.js';
import { guideStatistics } from '../../src/images/guidedFilter.js';
import type { Pixels } from '../../src/images/raster.js';

function pixels(height: number, width: number, value: (y: number, x: number) => readonly number[]): Pixels {
  const values = Array.from({ length: height * width }, (_, i) => value(Math.floor(i / width), i % width)).flat();
  return ndarray(Float32Array.from(values), [height, width, values.length / (height * width)]);
}

const [HEIGHT, WIDTH] = [60, 80];
const wave = (y: number, x: number, k: number) => (1 + Math.sin(7 * y + (3 + k) * x + 2 * k)) / 2;
const picture = (height: number, width: number, colours: number) =>
  pixels(height, width, (y, x) => Array.from({ length: colours }, (_, k) => wave(y / height, x / width, k)));
/** Regions of seven classes of twelve, with soft borders. */
const scores = pixels(15, 20, (y, x) =>
  Array.from({ length: 12 }, (_, c) => (c % 2 === 0 || c === 3 ? Math.exp(4 * wave(y / 15, x / 20, c)) : 0)),
);

describe.each([1, 3])('along a picture of %i colours', (colours) => {
  const small = guideStatistics(picture(15, 20, colours));
  const large = { pixels: picture(HEIGHT, WIDTH, colours) };

  test('is what the enlargement of all channels says', () => {
    const found = new Uint8Array(HEIGHT * WIDTH);
    const all = new Float32Array(12 * found.length);
    guidedClasses(scores, small, large)(0, HEIGHT, found);
    guidedEnlargement(scores, small, large)(0, HEIGHT, all);
    const largest = Array.from(found, (_, i) => {
      const own = all.subarray(12 * i, 12 * i + 12);
      return own.indexOf(Math.max(...own));
    });
    expect(new Set(found).size).toBeGreaterThan(3);
    expect(Array.from(found)).toEqual(largest);
  });

  test('rows from the middle on are those of the whole', () => {
    const rowsOf = guidedClasses(scores, small, large);
    const [whole, some] = [new Uint8Array(HEIGHT * WIDTH), new Uint8Array(5 * WIDTH)];
    rowsOf(0, HEIGHT, whole);
    rowsOf(20, 5, some);
    expect(some).toEqual(whole.slice(20 * WIDTH, 25 * WIDTH));
  });
});

test('one class everywhere', () => {
  const one = pixels(4, 5, () => [0, 0, 1]);
  const classes = new Uint8Array(81);
  guidedClasses(one, guideStatistics(picture(4, 5, 3)), { pixels: picture(9, 9, 3) })(0, 9, classes);
  expect(new Set(classes)).toEqual(new Set([2]));
});
