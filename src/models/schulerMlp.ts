import * as z from 'zod';
import { PerpixelError } from '../core/errors.js';
import * as tf from '../core/tf.js';
import { mirrorToCover } from './layers/mirrorToCover.js';
import { overlapAdd } from './layers/overlapAdd.js';
import { tilingOf } from './layers/patchGeometry.js';
import { regularisedInversion } from './layers/regularisedInversion.js';
import { conv } from './layers/shorthand.js';
import { defineNetwork } from './network.js';

const options = z.strictObject({
  /** Units of the hidden layers. @default [2047, 2047, 2047, 2047] */
  hidden: z.array(z.int().positive()).default([2047, 2047, 2047, 2047]),
  /** Side of the square that the network sees. @default 39 */
  patchIn: z.int().positive().default(39),
  /** Side of the square, in its middle, that it predicts. @default 13 */
  patchOut: z.int().positive().default(13),
  /** Pixels from one patch to the next. @default 3 */
  stride: z.int().positive().default(3),
  /** @default 1 */
  channels: z.literal([1, 3]).default(1),
});

/** What of schulerMlp can be chosen. */
export type SchulerMlpOptions = z.input<typeof options>;

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
export const schulerMlp = defineNetwork({
  name: 'schuler-mlp',
  options,
  build({ hidden, patchIn, patchOut, stride, channels }) {
    const image = tf.input({ shape: [null, null, channels], name: 'image' });
    let x = mirrorToCover(image, { patchIn, patchOut, stride });
    x = conv(x, hidden[0], patchIn, { strides: stride, activation: 'tanh', name: 'hidden1' });
    for (const [index, units] of hidden.slice(1).entries()) {
      x = conv(x, units, 1, { activation: 'tanh', name: `hidden${index + 2}` });
    }
    x = conv(x, patchOut ** 2 * channels, 1, { name: 'patch' });
    const clean = overlapAdd(x, image, { patchOut, stride, window: 'gaussian', name: 'clean' });
    return tf.model({ inputs: image, outputs: clean });
  },
  geometry: tilingOf,
  tasks: { deblur: {} },
  normalisation: { mean: 0.5, scale: 0.2 },
  anySize: true,
  inputs({ image }, { kernel }) {
    if (kernel === undefined) {
      throw new PerpixelError({
        code: 'E_DATA',
        received: 'pairs of photos, whose kernels are not known',
        expected: 'clean photos, to be blurred with kernels that are',
        cure: 'Leave --truth out, or choose a network for blind deblurring.',
      });
    }
    return { image: regularisedInversion(image, kernel) };
  },
});
