import ndarray from 'ndarray';
import { mirrored } from '../core/maths/mirror.js';
import type { Pixels } from '../images/raster.js';

/**
 * Blurs each channel with a Gaussian, cut at 4 deviations, the border mirrored with its last pixel repeated: the same
 * as scipy.ndimage.gaussian_filter.
 *
 * @param image `[h, w, c]`
 * @param sigma deviation in pixels
 */
export function gaussianFilter(image: Pixels, sigma: number): Pixels {
  const [height, width, channels] = image.shape;
  const weights = halfGaussian(sigma);
  const columns = new Float32Array(image.size);
  filterLines(image.data, columns, weights, { lines: width * channels, length: height, stride: width * channels });
  const blurred = new Float32Array(image.size);
  for (let y = 0; y < height; y++) {
    const row = y * width * channels;
    filterLines(columns.subarray(row), blurred.subarray(row), weights, {
      lines: channels,
      length: width,
      stride: channels,
    });
  }
  return ndarray(blurred, image.shape);
}

/** Weights at distances 0, 1, 2, ... from the centre; the whole kernel sums to 1. */
function halfGaussian(sigma: number): Float64Array {
  const weights = Float64Array.from({ length: Math.floor(4 * sigma + 0.5) + 1 }, (_, d) =>
    Math.exp((-d * d) / (2 * sigma * sigma)),
  );
  const sum = weights.reduce((a, b) => a + 2 * b, -weights[0]);
  return weights.map((w) => w / sum);
}

interface Lines {
  /** How many lines run side by side. */
  lines: number;
  /** Samples in a line. */
  length: number;
  /** Samples from one to the next in a line. */
  stride: number;
}

function filterLines(from: Float32Array, to: Float32Array, weights: Float64Array, { lines, length, stride }: Lines) {
  for (let i = 0; i < length; i++) {
    for (let d = 0; d < weights.length; d++) {
      const before = mirrored(i - d, length) * stride;
      const after = mirrored(i + d, length) * stride;
      const weight = d === 0 ? weights[0] / 2 : weights[d];
      for (let line = 0; line < lines; line++) {
        to[i * stride + line] += weight * (from[before + line] + from[after + line]);
      }
    }
  }
}
