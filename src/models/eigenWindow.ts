import * as z from 'zod';
import * as tf from '../core/tf.js';
import { squaredError } from '../losses/squaredError.js';
import { mirrorToCover } from './layers/mirrorToCover.js';
import { overlapAdd } from './layers/overlapAdd.js';
import { tilingOf } from './layers/patchGeometry.js';
import { conv } from './layers/shorthand.js';
import { defineNetwork } from './network.js';

const options = z.strictObject({
  /** Maps of the two hidden layers. @default 512 */
  hidden: z.int().positive().default(512),
  /** @default 3 */
  channels: z.literal([1, 3]).default(3),
});

/** What of eigenWindow can be chosen. */
export type EigenWindowOptions = z.input<typeof options>;

const patches = { patchIn: 16, patchOut: 8, stride: 1 };

/**
 * Convolutional network that takes dirt and rain off a window: 16x16 windows to 8x8 patches, at every pixel, averaged.
 * Eigen, Krishnan, Fergus: Restoring an image taken through a window covered with dirt or rain, ICCV 2013.
 *
 * Input `image` `[batch, height, width, channels]`, (v - 0.5) / 0.2 for v in 0..1; output `clean`, the same. Any size from
 * 16 x 16. 0.75 M parameters.
 *
 * The loss is the squared error of the averaged output, not of each patch: that is the paper's point, worth 0.9 dB there.
 * Differs from the paper: mirrored by 4 pixels first, so that 64x64 gives 64x64 and not 56x56; a bias for each of
 * the 8x8 pixels of a patch in place of one for all.
 */
export const eigenWindow = defineNetwork({
  name: 'eigen-window',
  options,
  build({ hidden, channels }) {
    const { patchIn, patchOut, stride } = patches;
    const image = tf.input({ shape: [null, null, channels], name: 'image' });
    let x = mirrorToCover(image, patches);
    x = conv(x, hidden, patchIn, { strides: stride, activation: 'tanh', name: 'hidden1' });
    x = conv(x, hidden, 1, { activation: 'tanh', name: 'hidden2' });
    x = conv(x, patchOut ** 2 * channels, 1, { name: 'patch' });
    return tf.model({ inputs: image, outputs: overlapAdd(x, image, { patchOut, stride, name: 'clean' }) });
  },
  geometry: () => tilingOf(patches),
  tasks: { derain: {} },
  normalisation: { mean: 0.5, scale: 0.2 },
  anySize: true,
  loss: (outputs, { targets, masks }) => squaredError(outputs.clean, targets.clean, masks.clean),
});
