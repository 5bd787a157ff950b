import type * as tf from '../../core/tf.js';

/**
 * How an optimiser turns a gradient into a step. A rule is pure: it gets one variable's gradient and its slots (running
 * averages of the same shape, zero at first) and returns the step for a rate of 1, to be subtracted, and the new slots.
 */
export interface UpdateRule {
  readonly name: string;
  readonly slots: readonly string[];
  /** `time` is the number of this update, 1 for the first. Runs inside `tf.tidy`. */
  update(gradient: tf.Tensor, slots: readonly tf.Tensor[], time: number): { step: tf.Tensor; slots: tf.Tensor[] };
}
