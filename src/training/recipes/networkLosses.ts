import type * as tf from '../../core/tf.js';
import { kernelError } from '../../losses/kernelError.js';
import { scaleInvariantLogDepth } from '../../losses/scaleInvariantLogDepth.js';
import { sparsity } from '../../losses/sparsity.js';
import { squaredError } from '../../losses/squaredError.js';
import { depth } from '../../tasks/depth/train.js';
import { labels } from '../../tasks/labels/train.js';
import { normals } from '../../tasks/normals/train.js';
import { restoration } from './restoration.js';
import type { Tensors, TrainingTask } from './trainingTask.js';

/** The wanted mean activation of a hidden unit, and the weight of the term that wants it. */
const SPARSITY = { target: 0.05, weight: 1e-2 };

/** Losses of papers that are not that of the task, by network. */
export const networkLosses: Readonly<Record<string, TrainingTask['loss']>> = {
  /** Learning to deblur, section 3: the error of the kernel alone. */
  'schuler-blind': (outputs, { targets }) => kernelError(outputs.kernel, targets.kernel),
  /** Equation 4 of the paper; its weight decay is the optimiser's. Target and weight are ours, the paper has none. */
  'xie-ssda': (outputs, { targets, masks }) =>
    squaredError(outputs.clean, targets.clean, masks.clean).div(2).add(hiddenSparsity(outputs)) as tf.Scalar,
  /** Both learn by the plain squared error, over the holes and over the whole picture. */
  'koehler-mlp': restoration.loss,
  'eigen-window': restoration.loss,
  /** The first of the two papers: no gradient term. */
  'eigen-coarse-fine': (outputs, { targets, masks }) =>
    scaleInvariantLogDepth(outputs.depth, targets.depth, masks.depth, { gradient: 0 }),
  /** Depth and normals may share it; normals then count ten times. */
  'eigen-multiscale': (outputs, examples) =>
    SHARED.filter(({ task }) => outputs[task.answer])
      .map(({ task, weight }) => task.loss(outputs, examples).mul(weight))
      .reduce((sum, term) => sum.add(term)) as tf.Scalar,
};

/** The tasks that may share a network, and what each counts in its loss. */
const SHARED = [
  { task: depth, weight: 1 },
  { task: normals, weight: 10 },
  { task: labels, weight: 1 },
];

/** The weighted sparsity of all hidden activations, which are the outputs named encode1, encode2, ... */
export function hiddenSparsity(outputs: Tensors): tf.Scalar {
  const hidden = Object.keys(outputs).filter((name) => name.startsWith('encode'));
  const terms = hidden.map((name) => sparsity(outputs[name], SPARSITY.target).div(outputs[name].shape[3]));
  return terms.reduce((sum, term) => sum.add(term)).mul(SPARSITY.weight) as tf.Scalar;
}
