import * as z from 'zod';
import * as tf from '../core/tf.js';
import { defineNetwork } from './network.js';
import { residualUnet, residualUnetGeometry } from './restorationUnet.js';

const options = z.strictObject({
  /** Feature maps at 1/2, 1/4, 1/8, ... of the slice's size. @default [32, 64, 128, 128] */
  widths: z.array(z.int().positive()).min(1).default([32, 64, 128, 128]),
  /** Residual blocks a level, on the way down and again on the way up. @default 2 */
  blocks: z.int().nonnegative().default(2),
  /**
   * `boundary`: one map, the logit of the probability of cell (not membrane);
   * `affinity`: two maps, the logits that a pixel and its neighbour to the right, or below, are of one cell.
   * @default 'boundary'
   */
  outputs: z.enum(['boundary', 'affinity']).default('boundary'),
});

/** What of cellUnet can be chosen. */
export type CellUnetOptions = z.input<typeof options>;

/**
 * Cells in slices of an electron microscope: restorationUnet's body with logits for outputs.
 *
 * Input `image` `[batch, height, width, 1]`, 0..1, sizes that are multiples of `2 ** widths.length` (16 by default). Output
 * `boundary` or `affinity`, `[batch, height, width, 1 or 2]`, logits.
 */
export const cellUnet = defineNetwork({
  name: 'cell-unet',
  options,
  build({ widths, blocks, outputs }) {
    const image = tf.input({ shape: [null, null, 1], name: 'image' });
    const maps = outputs === 'affinity' ? 2 : 1;
    const logits = residualUnet(image, { widths, blocks, bias: true, outputs: { [outputs]: maps } });
    return tf.model({ inputs: image, outputs: logits, name: 'cellUnet' });
  },
  geometry: residualUnetGeometry,
  tasks: { membranes: { outputs: 'boundary' } },
});
