import type * as tf from '../core/tf.js';

/** Tensors `[batch, h, w, c]` by the names of a network's inputs or outputs. */
export type Tensors = Readonly<Record<string, tf.Tensor4D>>;

/** A batch as tensors. */
export interface Examples {
  inputs: Tensors;
  targets: Tensors;
  /** `[batch, h, w, 1]` by the target's name, 1 where it counts; a target without one counts everywhere. */
  masks: Tensors;
}

/** How far a network's outputs are from the targets: what is minimised. */
export type Loss = (outputs: Tensors, examples: Examples) => tf.Scalar;
