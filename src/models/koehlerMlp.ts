import * as tf from '../core/tf.js';
import { fillHoles } from './layers/fillHoles.js';
import { mirrorToCover } from './layers/mirrorToCover.js';
import { overlapAdd } from './layers/overlapAdd.js';
import { tilingOf } from './layers/patchGeometry.js';
import { concat, conv } from './layers/shorthand.js';

/** What of koehlerMlp can be chosen. */
export interface KoehlerMlpOptions {
  /** Side of a patch. @default 16 */
  patch?: number;
  /** Units of the hidden layers. @default [512, 512, 512, 512] */
  hidden?: readonly number[];
  /** Pixels from one patch to the next. @default 2 */
  stride?: number;
  /** Whether the perceptron sees the mask too; the paper tries both, and seeing it helps. @default true */
  seesMask?: boolean;
  /** @default 1 */
  channels?: 1 | 3;
}

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
export function koehlerMlp({
  patch = 16,
  hidden = [512, 512, 512, 512],
  stride = 2,
  seesMask = true,
  channels = 1,
}: KoehlerMlpOptions = {}): tf.LayersModel {
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
}

export function koehlerMlpGeometry({ patch = 16, stride = 2 }: KoehlerMlpOptions = {}) {
  return tilingOf({ patchIn: patch, patchOut: patch, stride });
}
