import * as z from 'zod';
import * as tf from '../core/tf.js';
import { mirrorToCover } from './layers/mirrorToCover.js';
import { overlapAdd } from './layers/overlapAdd.js';
import { tilingOf } from './layers/patchGeometry.js';
import { conv } from './layers/shorthand.js';
import { defineNetwork } from './network.js';

const options = z.strictObject({
  /** Side of the square that the network sees. @default 17 */
  patchIn: z.int().positive().default(17),
  /** Side of the square, in its middle, that it cleans. @default 17 */
  patchOut: z.int().positive().default(17),
  /** Units of the hidden layers. @default [2047, 2047, 2047, 2047] */
  hidden: z.array(z.int().positive()).default([2047, 2047, 2047, 2047]),
  /** Pixels from one patch to the next. @default 3 */
  stride: z.int().positive().default(3),
  /** @default 1 */
  channels: z.literal([1, 3]).default(1),
});

/** What of burgerMlp can be chosen. */
export type BurgerMlpOptions = z.input<typeof options>;

/** The larger network of the paper's follow-up (arXiv 1211.1544), 27.81 M parameters: `burgerMlp(burgerMlpLarge)`. */
export const burgerMlpLarge: BurgerMlpOptions = { patchIn: 39, patchOut: 17, hidden: [3072, 3072, 2559, 2047] };

/**
 * Plain multi-layer perceptron for denoising: a patch in, the clean patch out, overlaps averaged under a Gaussian window.
 * Burger, Schuler, Harmeling: Image denoising: can plain neural networks compete with BM3D? CVPR 2012.
 *
 * Input `image` `[batch, height, width, channels]`, (v - 0.5) / 0.2 for v in 0..1; output `clean`, the same. Any size from
 * 17 x 17. 13.76 M parameters. The perceptron is a convolution: its first layer one of 17x17 with stride 3, the others 1x1.
 *
 * Training in the paper: SGD, each layer's rate divided by its fan-in, one noise level a network. Differs from the paper: the picture is
 * mirrored at the bottom and on the right until whole steps cover it. The window's deviation, which the paper does not state, is a quarter
 * of the patch.
 */
export const burgerMlp = defineNetwork({
  name: 'burger-mlp',
  options,
  build({ patchIn, patchOut, hidden, stride, channels }) {
    const image = tf.input({ shape: [null, null, channels], name: 'image' });
    let x = mirrorToCover(image, { patchIn, patchOut, stride });
    for (const [index, units] of hidden.entries()) {
      const window = index === 0 ? { kernelSize: patchIn, strides: stride } : { kernelSize: 1, strides: 1 };
      x = layer(x, units, window, { activation: 'tanh', name: `hidden${index + 1}` });
    }
    x = layer(x, patchOut ** 2 * channels, { kernelSize: 1, strides: 1 }, { name: 'patch' });
    const clean = overlapAdd(x, image, { patchOut, stride, window: 'gaussian', name: 'clean' });
    return tf.model({ inputs: image, outputs: clean });
  },
  geometry: tilingOf,
  tasks: { denoise: {} },
  normalisation: { mean: 0.5, scale: 0.2 },
  anySize: true,
});

/** A layer of the perceptron, uniform in +-sqrt(6 / (in + out)) at the start, its inputs and outputs counted a patch. */
function layer(
  x: tf.SymbolicTensor,
  units: number,
  { kernelSize, strides }: { kernelSize: number; strides: number },
  { activation, name }: { activation?: 'tanh'; name: string },
): tf.SymbolicTensor {
  const bound = Math.sqrt(6 / (kernelSize ** 2 * x.shape[3]! + units));
  const kernelInitializer = tf.initializers.randomUniform({ minval: -bound, maxval: bound });
  return conv(x, units, kernelSize, { strides, activation, kernelInitializer, name });
}
