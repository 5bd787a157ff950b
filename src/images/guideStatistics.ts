import { boxMean } from '../core/maths/boxMean.js';
import type { Pixels } from './raster.js';

export interface GuideStatisticsOptions {
  /** Of the windows, in pixels, to each side. @default 2 */
  radius?: number;
  /** Variance of the guide, 0..1 squared, below which a window counts as flat. @default 0.0025 */
  epsilon?: number;
}

/** What `guidedFits` asks of a picture, whatever the map: found once, it serves all maps of the picture. */
export interface GuideStatistics {
  /** The picture, `[h, w, k]`. */
  guide: Pixels;
  radius: number;
  /** Of the colours in the window around each pixel, `[h, w, k]`. */
  means: Float32Array;
  /** Of the colours' covariance there, made sure of by `epsilon`, `[h, w, k, k]`. */
  inverses: Float32Array;
}

/**
 * Means and inverse covariances of a picture's colours in the window around each pixel.
 * He, Sun, Tang: Guided image filtering, PAMI 2013, equation 19.
 *
 * @param guide the picture, `[h, w, k]`, k 1 or 3, 0..1
 */
export function guideStatistics(
  guide: Pixels,
  { radius = 2, epsilon = 0.0025 }: GuideStatisticsOptions = {},
): GuideStatistics {
  const [height, width, colours] = guide.shape;
  const size = { width, height, radius };
  const means = boxMean(guide.data, { ...size, channels: colours });
  const count = colours ** 2;
  const products = new Float32Array(height * width * count);
  eachEntry(colours, height * width, (at, k, l) => {
    products[at] = guide.data[k] * guide.data[l];
  });
  const covariances = boxMean(products, { ...size, channels: count });
  eachEntry(colours, height * width, (at, k, l) => {
    covariances[at] += (k === l ? epsilon : 0) - means[k] * means[l];
  });
  for (let at = 0; at < covariances.length; at += count) {
    if (colours === 1) covariances[at] = 1 / covariances[at];
    else invertSymmetric(covariances.subarray(at, at + count));
  }
  return { guide, radius, means, inverses: covariances };
}

/** Every entry of every pixel's matrix: where it lies, and where the two values lie that it is of. */
function eachEntry(colours: number, size: number, visit: (at: number, k: number, l: number) => void): void {
  for (let i = 0, at = 0; i < size * colours; i += colours) {
    for (let k = 0; k < colours; k++) for (let l = 0; l < colours; l++) visit(at++, i + k, i + l);
  }
}

/** A positive 3x3 matrix, in place. */
function invertSymmetric(matrix: Float32Array): void {
  const [a, b, c, , d, e, , , f] = matrix;
  const [A, B, C] = [d * f - e * e, c * e - b * f, b * e - c * d];
  const [D, E, F] = [a * f - c * c, b * c - a * e, a * d - b * b];
  matrix.set([A, B, C, B, D, E, C, E, F]);
  const determinant = a * A + b * B + c * C;
  for (let i = 0; i < matrix.length; i++) matrix[i] /= determinant;
}
