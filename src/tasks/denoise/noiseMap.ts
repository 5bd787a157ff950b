import { boxMean } from '../../core/maths/boxMean.js';
import type { Pixels } from '../../images/raster.js';
import { type NoiseCurve, varianceAt } from './noiseCurve.js';

/** The brightness of a pixel is taken to be the mean over this many pixels to each side, as the pixel itself is noisy. */
export const GUIDE_RADIUS = 3;

/**
 * The standard deviation of the noise at each pixel of a window `[h, w, c]`, row-major `[h * w]`, in 0..1 units: the root of
 * the mean variance of its channels. Pixels within `GUIDE_RADIUS` of the window's edge have a guide of fewer pixels.
 */
export function noiseMap(window: Pixels, curve: NoiseCurve): Float32Array {
  const [height, width, channels] = window.shape;
  const variance = new Float32Array(height * width);
  const plane = new Float64Array(height * width);
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) plane[y * width + x] = window.get(y, x, c);
    const guide = boxMean(plane, { height, width, radius: GUIDE_RADIUS });
    for (let i = 0; i < variance.length; i++) variance[i] += varianceAt(curve, guide[i]) / channels;
  }
  return variance.map(Math.sqrt);
}
