import * as z from 'zod';
import * as tf from '../core/tf.js';
import type { Loss, Tensors } from '../losses/loss.js';
import { sparsity } from '../losses/sparsity.js';
import { squaredError } from '../losses/squaredError.js';
import { mirrorToCover } from './layers/mirrorToCover.js';
import { overlapAdd } from './layers/overlapAdd.js';
import { tilingOf } from './layers/patchGeometry.js';
import { conv } from './layers/shorthand.js';
import { defineNetwork } from './network.js';

const options = z.strictObject({
  /** Side of a patch. @default 12 */
  patch: z.int().positive().default(12),
  /** Units of each hidden layer. @default 5 times the pixels of a patch, twice */
  hidden: z.array(z.int().positive()).min(1).optional(),
  /** Pixels from one patch to the next. @default 2 */
  stride: z.int().positive().default(2),
  /** Whether the hidden activations are outputs too, which the sparsity term of the loss is about. @default false */
  activations: z.boolean().default(false),
  /** Train this autoencoder of the stack alone, 2 or more; the network is the same. @default all */
  layer: z.int().min(2).optional(),
  /** @default 1 */
  channels: z.literal([1, 3]).default(1),
});

/** What of xieSsda can be chosen. */
export type XieSsdaOptions = z.input<typeof options>;

/**
 * Stacked sparse denoising autoencoders for denoising and inpainting.
 * Xie, Xu, Chen: Image denoising and inpainting with deep neural networks, NIPS 2012.
 *
 *     patch -> encode1 -> encode2 -> decode2 -> decode1 -> patch          each sigmoid(Wx + b)
 *
 * Input `image` `[batch, height, width, channels]`, 0..1; outputs `clean`, the same, and where asked `encode1`, `encode2`,
 * `[batch, rows, columns, units]`, a row and column a patch. Any size from 12 x 12. 1.25 M parameters.
 *
 * Training in the paper: layer by layer (option `layer`), squared error / 2 + beta KL(rho || mean activation) + lambda / 2
 * |W|^2; then all as one by L-BFGS. Weights go from a layer's own network to this one by their names.
 * Differs from the paper: patches overlap by a fixed stride and are averaged.
 */
export const xieSsda = defineNetwork({
  name: 'xie-ssda',
  options,
  build(chosen) {
    const { patch, channels, stride, activations } = chosen;
    const hidden = hiddenOf(chosen);
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
  },
  geometry: ({ patch, stride }) => tilingOf({ patchIn: patch, patchOut: patch, stride }),
  tasks: { denoise: {}, inpaint: {} },
  anySize: true,
  training: { activations: true },
  /** Equation 4 of the paper; its weight decay is the optimiser's. */
  loss: (outputs, { targets, masks }) =>
    squaredError(outputs.clean, targets.clean, masks.clean).div(2).add(hiddenSparsity(outputs)),
  stage(chosen) {
    const { layer } = chosen;
    if (layer === undefined) return undefined;
    const below = { hidden: hiddenOf(chosen).slice(0, layer - 1) };
    return {
      after: layer > 2 ? { ...below, layer: layer - 1 } : below,
      trains: [`encode${layer}/`, `decode${layer}/`],
      loss: (stack) => autoencoderLoss(stack, layer),
    };
  },
});

const hiddenOf = ({ patch, channels, hidden }: z.output<typeof options>): number[] =>
  hidden ?? Array<number>(2).fill(5 * patch ** 2 * channels);

/** The wanted mean activation of a hidden unit, and the weight of the term that wants it: ours, the paper has none. */
const SPARSITY = { target: 0.05, weight: 1e-2 };

/** The weighted sparsity of all hidden activations, which are the outputs named encode1, encode2, ... */
function hiddenSparsity(outputs: Tensors): tf.Scalar {
  const hidden = Object.keys(outputs).filter((name) => name.startsWith('encode'));
  const terms = hidden.map((name): tf.Scalar => sparsity(outputs[name], SPARSITY.target).div(outputs[name].shape[3]));
  return terms.reduce((sum, term) => sum.add(term)).mul(SPARSITY.weight);
}

/**
 * The loss of one autoencoder of the stack, as the paper trains them before the whole: from the activations of the layer
 * below for the corrupted picture to those for the clean one, squared error / 2 and sparsity. The first layer needs none
 * of this: it is the network with one hidden layer.
 */
function autoencoderLoss(stack: tf.LayersModel, level: number): Loss {
  const below = stack.getLayer(`encode${level - 1}`).output as tf.SymbolicTensor;
  const code = stack.getLayer(`encode${level}`).output as tf.SymbolicTensor;
  const decoder = stack.getLayer(`decode${level}`);
  const layer = tf.model({ inputs: stack.inputs, outputs: [decoder.apply(code) as tf.SymbolicTensor, code] });
  const lower = tf.model({ inputs: stack.inputs, outputs: below });
  return (_, { inputs, targets }) => {
    const [decoded, encoded] = layer.apply(inputs.image) as tf.Tensor4D[];
    const wanted = lower.apply(targets.clean) as tf.Tensor4D;
    return squaredError(decoded, wanted)
      .div(2)
      .add(hiddenSparsity({ encode: encoded }));
  };
}

function encode(x: tf.SymbolicTensor, level: number, units: number, window = { kernelSize: 1, strides: 1 }) {
  return conv(x, units, window.kernelSize, { strides: window.strides, activation: 'sigmoid', name: `encode${level}` });
}

function decode(x: tf.SymbolicTensor, level: number, units: number) {
  return conv(x, units, 1, { activation: 'sigmoid', name: `decode${level}` });
}
