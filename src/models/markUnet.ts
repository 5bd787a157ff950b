import * as z from 'zod';
import * as tf from '../core/tf.js';
import { MARK_KINDS } from '../geometry/markKinds.js';
import { defineNetwork } from './network.js';
import { residualUnet, residualUnetGeometry } from './restorationUnet.js';

const options = z.strictObject({
  /** Feature maps at 1/2, 1/4, 1/8 of the picture's size. @default [24, 48, 64] */
  widths: z.array(z.int().positive()).min(1).default([24, 48, 64]),
  /** Residual blocks a level, on the way down and again on the way up. @default 2 */
  blocks: z.int().nonnegative().default(2),
});

/** What of markUnet can be chosen. */
export type MarkUnetOptions = z.input<typeof options>;

/**
 * Finds what lies on a photo and does not belong to it: a residual U-Net at half resolution (restorationUnet), with a map
 * for each of MARK_KINDS.
 *
 * Input `image` `[batch, height, width, 3]`, 0..1, sizes that are multiples of `2 ** widths.length` (8 by default). Output `marks`
 * `[batch, height, width, 3]`, the logit of the probability that the pixel is covered by a mark of that kind.
 */
export const markUnet = defineNetwork({
  name: 'mark-unet',
  options,
  build({ widths, blocks }) {
    const image = tf.input({ shape: [null, null, 3], name: 'image' });
    const outputs = residualUnet(image, { widths, blocks, bias: true, outputs: { marks: MARK_KINDS.length } });
    return tf.model({ inputs: image, outputs, name: 'markUnet' });
  },
  geometry: residualUnetGeometry,
  tasks: {},
});
