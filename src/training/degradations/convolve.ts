import ndarray, { type NdArray } from 'ndarray';
import { PerpixelError } from '../../errors.js';
import type { Pixels } from '../../images/raster.js';

/**
 * Convolves each channel with a kernel and keeps only what no border touches.
 *
 * The work is proportional to the kernel's taps that are not zero: few, for the trace of a shaken camera.
 *
 * @param image `[h, w, c]`
 * @param kernel `[kh, kw]`, turned by half a turn as convolution has it
 * @returns `[h - kh + 1, w - kw + 1, c]`
 * @throws PerpixelError E_SIZE where the kernel is larger than the image
 */
export function convolve(image: Pixels, kernel: NdArray<Float32Array>): Pixels {
  const [imageHeight, imageWidth, channels] = image.shape;
  const [kernelHeight, kernelWidth] = kernel.shape;
  const height = imageHeight - kernelHeight + 1;
  const width = imageWidth - kernelWidth + 1;
  if (height < 1 || width < 1) {
    throw new PerpixelError({
      code: 'E_SIZE',
      received: `${imageWidth} x ${imageHeight} pixels`,
      expected: `at least the size of the kernel, ${kernelWidth} x ${kernelHeight}`,
      cure: 'Use a larger picture or crop, or a smaller kernel.',
    });
  }
  const blurred = new Float32Array(height * width * channels);
  const rowLength = width * channels;
  for (let ky = 0; ky < kernelHeight; ky++) {
    for (let kx = 0; kx < kernelWidth; kx++) {
      const weight = kernel.get(kernelHeight - 1 - ky, kernelWidth - 1 - kx);
      if (weight === 0) continue;
      for (let y = 0; y < height; y++) {
        const from = ((y + ky) * imageWidth + kx) * channels;
        const to = y * rowLength;
        for (let i = 0; i < rowLength; i++) blurred[to + i] += weight * image.data[from + i];
      }
    }
  }
  return ndarray(blurred, [height, width, channels]);
}
