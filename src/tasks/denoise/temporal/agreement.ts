import { boxMean } from '../../../core/maths/boxMean.js';
import type { Plane } from './plane.js';

/** Pixels to each side that are compared together. */
const RADIUS = 2;
/** In parts of the noise: a difference at which a picture counts much less. */
const BIAS = 0.25;
/** Times the usual difference that counts for none. */
const FREE = 2;
/** Of 8 bits: rounding makes as much. */
const LEAST = 0.5 / 255;
/** In parts of the noise: cleaner pictures of one scene differ by no more as a rule. */
const MOST_USUAL = 0.1;

/**
 * How nearly two pictures of a scene agree at each pixel, `[h, w]`, 0..1, over a patch of 5 x 5 pixels around it. The difference that most
 * of the picture has is none: noise that is left makes it.
 *
 * @param noise standard deviation in the pictures' units
 */
export function agreement(a: Plane, b: Float32Array, noise: number): Float32Array {
  const { width, height, channels, data } = a;
  const squares = new Float32Array(width * height);
  for (let i = 0, at = 0; i < squares.length; i++) {
    let sum = 0;
    for (let c = 0; c < channels; c++, at++) sum += (data[at] - b[at]) ** 2;
    squares[i] = sum / channels;
  }
  const mean = boxMean(squares, { width, height, radius: RADIUS });
  const usual = Math.min(median(mean), (MOST_USUAL * noise) ** 2);
  const scale = 2 * ((BIAS * noise) ** 2 + LEAST ** 2);
  return mean.map((square) => Math.exp(-Math.max(0, square - FREE * usual) / scale));
}

/** Of a sample of the values, which is enough for pictures. */
function median(values: Float32Array): number {
  const step = Math.max(1, Math.floor(values.length / 4096));
  const some = values.filter((_, i) => i % step === 0).sort();
  return some[some.length >> 1];
}
