import * as z from 'zod';
import * as tf from '../core/tf.js';
import { balancedEntropy } from '../losses/balancedEntropy.js';
import { dilatedConv, dilatedMaxPool } from './layers/dilated.js';
import { logOdds } from './layers/logOdds.js';
import { mirrorToCover } from './layers/mirrorToCover.js';
import * as nn from './layers/shorthand.js';
import { defineNetwork } from './network.js';

const options = z.strictObject({
  /** Maps of each convolution. @default 48 */
  maps: z.int().positive().default(48),
  /** Units of the full layer. @default 200 */
  hidden: z.int().positive().default(200),
  /**
   * All pixels of a picture at once, which shares the work between windows that overlap; or, as in the paper, one window of 95x95, for
   * the pixel in its middle. The weights are the same. @default true
   */
  dense: z.boolean().default(true),
});

/** What of ciresanN4 can be chosen. */
export type CiresanN4Options = z.input<typeof options>;

/** Pixels that it sees each way. */
const WINDOW = 95;
/** Sides of the kernels, each followed by a pool of 2x2, and of what is left then. */
const KERNELS = [4, 5, 4, 4] as const;
const LEFT = 3;

/**
 * Membranes in slices of an electron microscope, from a window around each pixel.
 * Ciresan, Giusti, Gambardella, Schmidhuber: Deep neural networks segment neuronal membranes in electron microscopy images, NIPS 2012; the
 * largest of its networks, N4.
 *
 *     95x95 -> 48 4x4, pool 2 -> 48 5x5, pool 2 -> 48 4x4, pool 2 -> 48 4x4, pool 2 -> 3x3 -> 200 -> 2
 *
 * Input `image` `[batch, height, width, 1]`, 0..1, any size from 48 on, mirrored at its borders; or `[batch, 95, 95, 1]`. Output `boundary`
 * `[batch, height, width, 1]`, or `[batch, 1, 1, 1]`: the logit of the probability of cell, which is the difference of the two units that the paper's softmax is of.
 * 219,290 parameters. tanh throughout.
 *
 * As a dense network its pools are of stride 1, and what follows each sees every second, fourth, eighth, sixteenth pixel
 * (Masci et al.: A fast learning algorithm for image segmentation with max-pooling convolutional networks, ICIP 2013). Trained with both classes
 * of equal weight, as the paper draws as many pixels of each. Differs from the paper: no foveation, one network and not the mean of four.
 */
export const ciresanN4 = defineNetwork({
  name: 'ciresan-n4',
  options,
  build({ maps, hidden, dense }) {
    const image = tf.input({ shape: dense ? [null, null, 1] : [WINDOW, WINDOW, 1], name: 'image' });
    let x: nn.Value = dense ? mirrorToCover(image, { patchIn: WINDOW, patchOut: 1, stride: 1 }) : image;
    let dilation = 1;
    const layer = (name: string, filters: number, kernelSize: number) =>
      dilatedConv(x, filters, { name, kernelSize, dilation });
    for (const [i, kernel] of KERNELS.entries()) {
      x = tf.layers.activation({ activation: 'tanh' }).apply(layer(`conv${i + 1}`, maps, kernel)) as nn.Value;
      x = dense ? dilatedMaxPool(x, dilation) : nn.maxPool(x, 2, 2);
      if (dense) dilation *= 2;
    }
    x = tf.layers.activation({ activation: 'tanh' }).apply(layer('full', hidden, LEFT)) as nn.Value;
    x = nn.conv(x, 2, 1, { name: 'classes' });
    return tf.model({ inputs: image, outputs: logOdds(x, { name: 'boundary' }), name: 'ciresanN4' });
  },
  geometry: () => ({ stride: 1, receptiveRadius: (WINDOW - 1) / 2 }),
  loss: (outputs, { targets }) => balancedEntropy(outputs.boundary, targets.boundary),
  tasks: { membranes: {} },
});
