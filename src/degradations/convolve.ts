import ndarray, { type NdArray } from 'ndarray';
import { PerpixelError } from '../core/errors.js';
import type { Pixels } from '../images/raster.js';
import { separated } from './separated.js';

/**
 * Convolves each channel with a kernel and keeps only what no border touches.
 *
 * The work is proportional to the kernel's taps that are not zero: few, for the trace of a shaken camera. A kernel that is a
 * column times a row (box, Gaussian) is applied as the two in turn.
 *
 * @param image `[h, w, c]`, row by row without gaps
 * @param kernel `[kh, kw]`, turned by half a turn as convolution has it
 * @returns `[h - kh + 1, w - kw + 1, c]`
 * @throws PerpixelError E_SIZE where the kernel is larger than the image
 */
export function convolve(image: Pixels, kernel: NdArray<Float32Array>): Pixels {
  const [height, width] = image.shape;
  const [kernelHeight, kernelWidth] = kernel.shape;
  if (height < kernelHeight || width < kernelWidth) {
    throw new PerpixelError({
      code: 'E_SIZE',
      received: `${width} x ${height} pixels`,
      expected: `at least the size of the kernel, ${kernelWidth} x ${kernelHeight}`,
      cure: 'Use a larger picture or crop, or a smaller kernel.',
    });
  }
  const parts = separated(kernel);
  return parts ? weighted(weighted(image, parts.row), parts.column) : weighted(image, kernel);
}

/** Sums the image moved to each tap of the kernel, four taps at a time: a sum is then read and written a fourth as often. */
function weighted({ data, shape: [, imageWidth, channels], shape }: Pixels, kernel: NdArray<Float32Array>): Pixels {
  const height = shape[0] - kernel.shape[0] + 1;
  const width = imageWidth - kernel.shape[1] + 1;
  const rowLength = width * channels;
  const sums = new Float32Array(height * rowLength);
  const taps = tapsOf(kernel, imageWidth).map(({ weight, offset }) => ({ weight, offset: offset * channels }));
  while (taps.length % 4 !== 0) taps.push({ weight: 0, offset: 0 });
  for (let first = 0; first < taps.length; first += 4) {
    const [a, b, c, d] = taps.slice(first, first + 4);
    for (let y = 0; y < height; y++) {
      const from = y * imageWidth * channels;
      const to = y * rowLength;
      const [atA, atB, atC, atD] = [from + a.offset, from + b.offset, from + c.offset, from + d.offset];
      for (let i = 0; i < rowLength; i++) {
        sums[to + i] +=
          a.weight * data[atA + i] + b.weight * data[atB + i] + c.weight * data[atC + i] + d.weight * data[atD + i];
      }
    }
  }
  return ndarray(sums, [height, width, channels]);
}

/** The taps that are not zero, each with where it reads: pixels from the first one under the kernel. */
function tapsOf(kernel: NdArray<Float32Array>, imageWidth: number): { weight: number; offset: number }[] {
  const [height, width] = kernel.shape;
  const taps = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const weight = kernel.get(height - 1 - y, width - 1 - x);
      if (weight !== 0) taps.push({ weight, offset: y * imageWidth + x });
    }
  }
  return taps;
}
