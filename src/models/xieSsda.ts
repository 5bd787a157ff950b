import * as tf from '../core/tf.js';
import { mirrorToCover } from './layers/mirrorToCover.js';
import { overlapAdd } from './layers/overlapAdd.js';
import { tilingOf } from './layers/patchGeometry.js';
import { conv } from './layers/shorthand.js';

/** What of xieSsda can be chosen. */
export interface XieSsdaOptions {
  /** Side of a patch. @default 12 */
  patch?: number;
  /** Units of each hidden layer. @default 5 times the pixels of a patch, twice */
  hidden?: readonly number[];
  /** Pixels from one patch to the next. @default 2 */
  stride?: number;
  /** Whether the hidden activations are outputs too, which the sparsity term of the loss is about. @default false */
  activations?: boolean;
  /** @default 1 */
  channels?: 1 | 3;
}

/**
 * Stacked sparse denoising autoencoders for denoising and inpainting.
 * Xie, Xu, Chen: Image denoising and inpainting with deep neural networks, NIPS 2012.
 *
 *     patch -> encode1 -> encode2 -> decode2 -> decode1 -> patch          each sigmoid(Wx + b)
 *
 * Input `image` `[batch, height, width, channels]`, 0..1; outputs `clean`, the same, and where asked `encode1`, `encode2`,
 * `[batch, rows, columns, units]`, a row and column a patch. Any size from 12 x 12. 1.25 M parameters.
 *
 * Training in the paper: layer by layer (`xieSsdaLayer`), squared error / 2 + beta KL(rho || mean activation) + lambda / 2
 * |W|^2; then all as one by L-BFGS. Weights go from a layer's own network to this one by their names.
 * Differs from the paper: patches overlap by a fixed stride and are averaged.
 */
export function xieSsda({
  patch = 12,
  channels = 1,
  hidden = [5 * patch ** 2 * channels, 5 * patch ** 2 * channels],
  stride = 2,
  activations = false,
}: XieSsdaOptions = {}): tf.LayersModel {
  const image = tf.input({ shape: [null, null, channels], name: 'image' });
  const sizes = [patch ** 2 * channels, ...hidden];
  const codes: tf.SymbolicTensor[] = [];
  let x = mirrorToCover(image, { patchIn: patch, patchOut: patch, stride });
  for (let level = 1; level <= hidden.length; level++) {
    x = encode(x, level, hidden[level - 1], level === 1 ? { kernelSize: patch, strides: stride } : undefined);
    codes.push(x);
  }
  for (let level = hidden.length; level >= 1; level--) x = decode(x, level, sizes[level - 1]);
  const clean = overlapAdd(x, image, { patchOut: patch, stride, name: 'clean' });
  return tf.model({ inputs: image, outputs: activations ? [clean, ...codes] : clean });
}

/**
 * One autoencoder of the stack on its own, to be trained before the next is put on it: from the corrupted to the clean
 * activations of the layer below, `[batch, rows, columns, units]`; outputs `decode<level>` and `encode<level>`. For level 1
 * it is `xieSsda({ hidden: [units] })` that does this.
 */
export function xieSsdaLayer({
  level,
  units,
  hidden,
}: {
  level: number;
  units: number;
  hidden: number;
}): tf.LayersModel {
  const below = tf.input({ shape: [null, null, units], name: 'below' });
  const code = encode(below, level, hidden);
  return tf.model({ inputs: below, outputs: [decode(code, level, units), code] });
}

export function xieSsdaGeometry({ patch = 12, stride = 2 }: XieSsdaOptions = {}) {
  return tilingOf({ patchIn: patch, patchOut: patch, stride });
}

function encode(x: tf.SymbolicTensor, level: number, units: number, window = { kernelSize: 1, strides: 1 }) {
  return conv(x, units, window.kernelSize, { strides: window.strides, activation: 'sigmoid', name: `encode${level}` });
}

function decode(x: tf.SymbolicTensor, level: number, units: number) {
  return conv(x, units, 1, { activation: 'sigmoid', name: `decode${level}` });
}
