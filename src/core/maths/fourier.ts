import FFT from 'fft.js';

/**
 * Fourier transform of a real plane: complex numbers, real and imaginary part in turn, of the frequencies 0..width/2 across,
 * one column of all `height` frequencies after the other. The other half mirrors it.
 */
export type Spectrum = Float32Array;

/** Transforms planes of one size. */
export interface Fourier {
  readonly height: number;
  readonly width: number;
  /** @param plane `[height, width]`, row by row */
  forward(plane: Float32Array): Spectrum;
  /** The plane of a spectrum, which is left as it is. */
  inverse(spectrum: Spectrum): Float32Array;
}

/**
 * Two-dimensional Fourier transform, by rows and columns.
 *
 * @param height,width powers of two, at least 2
 */
export function fourier(height: number, width: number): Fourier {
  const [rows, columns] = [new FFT(width), new FFT(height)];
  const bins = width / 2 + 1;
  // All of one type: the transform is compiled for what it meets.
  const row = { from: new Float64Array(2 * width), to: new Float64Array(2 * width) };
  const column = { from: new Float64Array(2 * height), to: new Float64Array(2 * height) };

  return {
    height,
    width,
    forward(plane) {
      const spectrum = new Float32Array(2 * bins * height);
      for (let y = 0; y < height; y++) {
        row.from.set(plane.subarray(y * width, (y + 1) * width));
        rows.realTransform(row.to, row.from);
        for (let x = 0, at = 2 * y; x < bins; x++, at += 2 * height) {
          spectrum[at] = row.to[2 * x];
          spectrum[at + 1] = row.to[2 * x + 1];
        }
      }
      for (let x = 0; x < bins; x++) {
        const part = spectrum.subarray(2 * x * height, 2 * (x + 1) * height);
        column.from.set(part);
        columns.transform(column.to, column.from);
        part.set(column.to);
      }
      return spectrum;
    },
    inverse(spectrum) {
      const half = new Float32Array(spectrum.length);
      for (let x = 0; x < bins; x++) {
        column.from.set(spectrum.subarray(2 * x * height, 2 * (x + 1) * height));
        columns.inverseTransform(column.to, column.from);
        half.set(column.to, 2 * x * height);
      }
      const plane = new Float32Array(height * width);
      // Two rows at a time, as real and imaginary part of one: a real row alone would waste half of the transform.
      for (let y = 0; y < height; y += 2) {
        for (let x = 0, at = 2 * y; x < bins; x++, at += 2 * height) {
          const [re, im, nextRe, nextIm] = [half[at], half[at + 1], half[at + 2], half[at + 3]];
          row.from[2 * x] = re - nextIm;
          row.from[2 * x + 1] = im + nextRe;
          if (x === 0 || x === bins - 1) continue;
          row.from[2 * (width - x)] = re + nextIm;
          row.from[2 * (width - x) + 1] = nextRe - im;
        }
        rows.inverseTransform(row.to, row.from);
        for (let x = 0, at = y * width; x < width; x++, at++) {
          plane[at] = row.to[2 * x];
          plane[at + width] = row.to[2 * x + 1];
        }
      }
      return plane;
    },
  };
}

/** The smallest power of two that is not less than this, at least 2: a side that `fourier` takes. */
export function fourierSide(length: number): number {
  return 2 ** Math.max(1, Math.ceil(Math.log2(length)));
}
