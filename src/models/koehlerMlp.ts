import * as z from 'zod';
import * as tf from '../core/tf.js';
import { squaredError } from '../losses/squaredError.js';
import { fillHoles } from './layers/fillHoles.js';
import { mirrorToCover } from './layers/mirrorToCover.js';
import { overlapAdd } from './layers/overlapAdd.js';
import { tilingOf } from './layers/patchGeometry.js';
import { concat, conv } from './layers/shorthand.js';
import { defineNetwork } from './network.js';

const options = z.strictObject({
  /** Side of a patch. @default 16 */
  patch: z.int().positive().default(16),
  /** Units of the hidden layers. @default [512, 512, 512, 512] */
  hidden: z.array(z.int().positive()).default([512, 512, 512, 512]),
  /** Pixels from one patch to the next. @default 2 */
  stride: z.int().positive().default(2),
  /** Whether the perceptron sees the mask too; the paper tries both, and seeing it helps. @default true */
  seesMask: z.boolean().default(true),
  /** @default 1 */
  channels: z.literal([1, 3]).default(1),
});

/** What of koehlerMlp can be chosen. */
export type KoehlerMlpOptions = z.input<typeof options>;

/**
 * Perceptron for inpainting, trained on one kind of mask: from a patch with holes, and the mask, to the whole patch.
 * Koehler, Schuler, Schoelkopf, Harmeling: Mask-specific inpainting with deep neural networks, GCPR 2014.
 *
 * Inputs `image` `[batch, height, width, channels]`, (v - 0.5) / 0.2 for v in 0..1, 0 in holes, and `mask`
 * `[batch, height, width, 1]`, 1 in holes and 0 elsewhere; output `clean`, the picture with its holes filled and every known
 * pixel as it was. Any size from 16 x 16. 1.18 M parameters.
 *
 * Differs from the paper: sizes of patch, layers and stride are ours, where the paper varies them.
 */
export const koehlerMlp = defineNetwork({
  name: 'koehler-mlp',
  options,
  build({ patch, hidden, stride, seesMask, channels }) {
    const image = tf.input({ shape: [null, null, channels], name: 'image' });
    const mask = tf.input({ shape: [null, null, 1], name: 'mask' });
    let x = mirrorToCover(concat(seesMask ? [image, mask] : [image]), { patchIn: patch, patchOut: patch, stride });
    x = conv(x, hidden[0], patch, { strides: stride, activation: 'tanh', name: 'hidden1' });
    for (const [index, units] of hidden.slice(1).entries()) {
      x = conv(x, units, 1, { activation: 'tanh', name: `hidden${index + 2}` });
    }
    x = conv(x, patch ** 2 * channels, 1, { name: 'patch' });
    const predicted = overlapAdd(x, image, { patchOut: patch, stride });
    return tf.model({ inputs: [image, mask], outputs: fillHoles(image, predicted, mask, { name: 'clean' }) });
  },
  geometry: ({ patch, stride }) => tilingOf({ patchIn: patch, patchOut: patch, stride }),
  tasks: { inpaint: {} },
  normalisation: { mean: 0.5, scale: 0.2 },
  anySize: true,
  /** The plain squared error, over the holes and over the whole picture. */
  loss: (outputs, { targets, masks }) => squaredError(outputs.clean, targets.clean, masks.clean),
});
