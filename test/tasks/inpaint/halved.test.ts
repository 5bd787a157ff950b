import ndarray from 'ndarray';
import { expect, test } from 'vitest';
import type { Raster, Samples } from '../../../src/images/raster.js';
import { fillFromHalf, halved } from '../../../src/tasks/inpaint/halved.js';
import { drawn, maskOf } from './maskOf.js';

const grey = (data: Samples, height: number): Raster => ({
  pixels: ndarray(data, [height, data.length / height, 1]),
  metadata: { format: 'png', bitDepth: 8 },
});

test('a pixel is the mean of what is known of four; a hole where nothing is', () => {
  const { raster, holes } = halved(
    grey(Uint8Array.of(10, 20, 0, 0, 7, 30, 41, 0, 0, 8, 0, 0, 100, 0, 9), 3),
    maskOf('..##.', '..##.', '##.#.'),
  );
  expect(raster.pixels.shape).toEqual([2, 3, 1]);
  expect([...raster.pixels.data]).toEqual([25, 0, 8, 0, 100, 9]);
  expect(drawn(holes)).toEqual(['.#.', '#..']);
});

test('colours are not mixed', () => {
  const { raster } = halved(
    { pixels: ndarray(Float32Array.of(0, 0.5, 1, 1, 0.5, 2), [1, 2, 3]), metadata: { format: 'npy', bitDepth: 32 } },
    maskOf('..'),
  );
  expect([...raster.pixels.data]).toEqual([0.5, 0.5, 1.5]);
});

test('is enlarged again bilinearly, where wanted only', () => {
  const row = grey(Uint8Array.of(9, 9, 9, 9, 9, 9), 1);
  fillFromHalf(row, grey(Uint8Array.of(0, 100, 200), 1), (i) => i !== 3);
  // Centres of half the size lie between the first two pixels, the next two, and so on.
  expect([...row.pixels.data]).toEqual([0, 25, 75, 9, 175, 200]);
});

test('a slope comes back where it was, also at odd sizes', () => {
  const slope = (height: number, width: number) =>
    Float32Array.from({ length: height * width }, (_, i) => Math.floor(i / width) + 2 * (i % width));
  const whole = grey(slope(12, 12), 12);
  const { raster } = halved(whole, maskOf(...Array<string>(12).fill('.'.repeat(12))));
  const back = grey(new Float32Array(144), 12);
  fillFromHalf(back, raster, () => true);
  for (let y = 1; y < 11; y++) {
    for (let x = 1; x < 11; x++) expect(back.pixels.get(y, x, 0)).toBeCloseTo(whole.pixels.get(y, x, 0), 5);
  }
  const odd = halved(grey(slope(5, 7), 5), maskOf(...Array<string>(5).fill('.'.repeat(7))));
  expect(odd.raster.pixels.shape).toEqual([3, 4, 1]);
  expect(odd.raster.pixels.get(2, 3, 0)).toBe(4 + 2 * 6);
});
