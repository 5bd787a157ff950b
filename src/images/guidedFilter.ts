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

export interface GuidedFitsOptions {
  /**
   * Whether each pixel's function gives the map's own value there. Means over windows, taken twice, are smoother than the
   * map: what they miss is then interpolated beside them, as in Kiku, Monno, Tanaka, Okutomi: Residual interpolation for
   * color image demosaicking, ICIP 2013.
   * @default false
   */
  keep?: boolean;
}

/**
 * A map as linear functions of a picture's colours: each window is fitted by one, and each pixel has the mean of those of
 * the windows that it lies in.
 * He, Sun, Tang: Guided image filtering, PAMI 2013, equations 19 to 21.
 *
 * @param map `[h, w, c]`
 * @param statistics of the picture `[h, w, k]`
 * @returns `[h, w, c, k + 1]`: for each pixel and channel a factor a colour, and a constant
 */
export function guidedFits(
  map: Pixels,
  { guide, radius, means, inverses }: GuideStatistics,
  { keep = false }: GuidedFitsOptions = {},
): Float32Array {
  const [height, width, channels] = map.shape;
  const colours = guide.shape[2];
  const terms = colours + 1;
  const size = { width, height, radius, channels: channels * terms };

  const products = new Float32Array(height * width * channels * terms);
  for (let i = 0, at = 0; i < map.data.length; i++, at += terms) {
    const pixel = Math.floor(i / channels) * colours;
    for (let k = 0; k < colours; k++) products[at + k] = map.data[i] * guide.data[pixel + k];
    products[at + colours] = map.data[i];
  }
  const fits = boxMean(products, size);
  const covariance = new Float64Array(colours);
  for (let i = 0, at = 0; i < map.data.length; i++, at += terms) {
    const pixel = Math.floor(i / channels) * colours;
    let constant = fits[at + colours];
    for (let k = 0; k < colours; k++) covariance[k] = fits[at + k] - means[pixel + k] * constant;
    for (let k = 0; k < colours; k++) {
      let factor = 0;
      for (let l = 0; l < colours; l++) factor += inverses[(pixel + k) * colours + l] * covariance[l];
      fits[at + k] = factor;
      constant -= factor * means[pixel + k];
    }
    fits[at + colours] = constant;
  }
  const smooth = boxMean(fits, size);
  if (keep) addResiduals(smooth, map, guide);
  return smooth;
}

/** To the constants, what the functions miss of the map. */
function addResiduals(fits: Float32Array, map: Pixels, guide: Pixels): void {
  const channels = map.shape[2];
  const colours = guide.shape[2];
  for (let i = 0, at = 0; i < map.data.length; i++, at += colours + 1) {
    const pixel = Math.floor(i / channels) * colours;
    let fitted = fits[at + colours];
    for (let k = 0; k < colours; k++) fitted += fits[at + k] * guide.data[pixel + k];
    fits[at + colours] += map.data[i] - fitted;
  }
}
