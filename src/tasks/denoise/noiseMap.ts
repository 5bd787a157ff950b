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
    for (let y = 0; y < height; y++) boxFilter(plane, { start: y * width, step: 1, length: width });
    for (let x = 0; x < width; x++) boxFilter(plane, { start: x, step: width, length: height });
    for (let i = 0; i < variance.length; i++) variance[i] += varianceAt(curve, plane[i]) / channels;
  }
  return variance.map(Math.sqrt);
}

/** Means over a row or a column, in place, by running sums; at the ends of as many values as there are. */
function boxFilter(values: Float64Array, { start, step, length }: { start: number; step: number; length: number }) {
  const line = Float64Array.from({ length }, (_, i) => values[start + i * step]);
  let sum = 0;
  for (let i = 0; i < Math.min(GUIDE_RADIUS, length); i++) sum += line[i];
  for (let i = 0; i < length; i++) {
    if (i + GUIDE_RADIUS < length) sum += line[i + GUIDE_RADIUS];
    if (i > GUIDE_RADIUS) sum -= line[i - GUIDE_RADIUS - 1];
    values[start + i * step] = sum / (Math.min(length - 1, i + GUIDE_RADIUS) - Math.max(0, i - GUIDE_RADIUS) + 1);
  }
}
