import { boxMean } from '../core/maths/boxMean.js';
import type { GuideStatistics } from './guideStatistics.js';
import type { Pixels } from './raster.js';

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
