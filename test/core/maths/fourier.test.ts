import { describe, expect, test } from 'vitest';
import { fourier, fourierSide } from '../../../src/core/maths/fourier.js';

const plane = (height: number, width: number) =>
  Float32Array.from({ length: height * width }, (_, i) => Math.sin(1.3 * i) + (i % 7) / 7);

describe.each([
  [2, 2],
  [2, 8],
  [16, 4],
  [8, 16],
])('of %d x %d', (height, width) => {
  const values = plane(height, width);
  const transform = fourier(height, width);
  const spectrum = transform.forward(values);

  test('every frequency is the sum that defines it', () => {
    for (let u = 0; u < height; u++) {
      for (let v = 0; v <= width / 2; v++) {
        let [re, im] = [0, 0];
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            const angle = -2 * Math.PI * ((u * y) / height + (v * x) / width);
            re += values[y * width + x] * Math.cos(angle);
            im += values[y * width + x] * Math.sin(angle);
          }
        }
        expect(spectrum[2 * (v * height + u)]).toBeCloseTo(re, 4);
        expect(spectrum[2 * (v * height + u) + 1]).toBeCloseTo(im, 4);
      }
    }
  });

  test('the inverse gives the plane back and leaves the spectrum as it was', () => {
    const before = spectrum.slice();
    const back = transform.inverse(spectrum);
    for (const [i, value] of values.entries()) expect(back[i]).toBeCloseTo(value, 5);
    expect(spectrum).toEqual(before);
  });
});

test.each([
  [1, 2],
  [2, 2],
  [3, 4],
  [512, 512],
  [513, 1024],
])('a length of %d fits a side of %d', (length, side) => expect(fourierSide(length)).toBe(side));
