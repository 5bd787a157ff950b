import * as tf from '../core/tf.js';
import { mirrorToCover } from './layers/mirrorToCover.js';
import { overlapAdd } from './layers/overlapAdd.js';
import { tilingOf } from './layers/patchGeometry.js';
import { conv } from './layers/shorthand.js';

/** What of schulerMlp can be chosen. */
export interface SchulerMlpOptions {
  /** Units of the hidden layers. @default [2047, 2047, 2047, 2047] */
  hidden?: readonly number[];
  /** Side of the square that the network sees. @default 39 */
  patchIn?: number;
  /** Side of the square, in its middle, that it predicts. @default 13 */
  patchOut?: number;
  /** Pixels from one patch to the next. @default 3 */
  stride?: number;
  /** @default 1 */
  channels?: 1 | 3;
}

/**
 * Perceptron for non-blind deblurring: takes off what a regularised inversion with the known kernel leaves behind.
 * Schuler, Burger, Harmeling, Schoelkopf: A machine learning approach for non-blind image deconvolution, CVPR 2013.
 *
 * Input `image` `[batch, height, width, channels]`, the inverted picture, (v - 0.5) / 0.2 for v in 0..1; output `clean`, the
 * same. Any size from 39 x 39. 16.04 M parameters. One network a kernel and noise level.
 *
 * The inversion comes before and is no part of the network: it sees the picture as a whole, where this sees windows.
 * Differs from the paper: mirrored by 13 pixels, so that the answer is as large as the picture; the stride (3) and the
 * window under which overlaps are averaged (Gaussian) are Burger's.
 */
export function schulerMlp({
  hidden = [2047, 2047, 2047, 2047],
  patchIn = 39,
  patchOut = 13,
  stride = 3,
  channels = 1,
}: SchulerMlpOptions = {}): tf.LayersModel {
  const image = tf.input({ shape: [null, null, channels], name: 'image' });
  let x = mirrorToCover(image, { patchIn, patchOut, stride });
  x = conv(x, hidden[0], patchIn, { strides: stride, activation: 'tanh', name: 'hidden1' });
  for (const [index, units] of hidden.slice(1).entries()) {
    x = conv(x, units, 1, { activation: 'tanh', name: `hidden${index + 2}` });
  }
  x = conv(x, patchOut ** 2 * channels, 1, { name: 'patch' });
  const clean = overlapAdd(x, image, { patchOut, stride, window: 'gaussian', name: 'clean' });
  return tf.model({ inputs: image, outputs: clean });
}

export function schulerMlpGeometry({ patchIn = 39, patchOut = 13, stride = 3 }: SchulerMlpOptions = {}) {
  return tilingOf({ patchIn, patchOut, stride });
}
