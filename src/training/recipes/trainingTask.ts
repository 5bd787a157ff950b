import type * as tf from '../../core/tf.js';
import type { Pixels } from '../../images/raster.js';
import type { TruthKind } from '../datasets/exampleFiles.js';
import type { ExampleOptions, TaskName } from './exampleOptions.js';

/** Tensors `[batch, h, w, c]` by the names of a network's inputs or outputs. */
export type Tensors = Readonly<Record<string, tf.Tensor4D>>;

/** A batch as tensors. */
export interface Examples {
  inputs: Tensors;
  targets: Tensors;
  /** `[batch, h, w, 1]` by the target's name, 1 where it counts; a target without one counts everywhere. */
  masks: Tensors;
}

/** How a task is learnt: where its examples come from, how far off an answer is, and how it looks. */
export interface TrainingTask<Name extends TaskName = TaskName> {
  readonly name: Name;
  /** The kinds of truth it can learn from, the preferred one first; see `exampleFiles`. */
  readonly truth: readonly TruthKind[];
  /** Module whose default export makes its batches out of `DrawOptions`, for `prefetch`. */
  readonly batches: URL;
  /** The output, and the target, that the task is about. */
  readonly answer: string;
  /** Unless the network's paper has another one; see networkLosses.ts. */
  loss(outputs: Tensors, examples: Examples): tf.Scalar;
  /** `[batch]` each, by name. */
  scores(outputs: Tensors, examples: Examples): Record<string, tf.Tensor>;
  /** What is scored apart, by what stands behind the score's name: noise levels, for one. @default the examples as asked for */
  variants?(examples: ExampleOptions<Name>): Record<string, ExampleOptions<Name>>;
  /** An answer or a truth `[h, w, c]` as a picture, 0..1, of 1 or 3 channels. */
  picture(answer: Pixels): Pixels;
}
