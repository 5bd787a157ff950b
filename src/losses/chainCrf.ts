import * as tf from '../core/tf.js';

/** What an arc that is forbidden scores: so little that no path takes it, and no difference of such is undefined. */
const FORBIDDEN = -1e9;

/** Scores of the arcs from a class to the one after it, `[classes, classes]`; what `allowed` is 0 for is never taken. */
export function arcScores(transitions: tf.Tensor2D, allowed?: tf.Tensor2D): tf.Tensor2D {
  if (allowed === undefined) return transitions;
  return tf.where(allowed.greater(0), transitions, tf.fill(transitions.shape, FORBIDDEN)) as tf.Tensor2D;
}

/**
 * ln Z of chains: the logarithm of the sum over all labellings of exp(their score), where a labelling scores its classes' unary scores and the arcs
 * between neighbours. The forward score of a graph transformer network's unconstrained graph; its gradient in the unary scores
 * is the probability of each class at each position.
 * LeCun, Bottou, Bengio, Haffner: Gradient-based learning applied to document recognition, Proc. IEEE 1998, section VI.
 *
 * @param unary `[chains, length, classes]`
 * @param arcs `[classes, classes]`, from the row's class to the column's; see `arcScores`
 * @returns `[chains]`
 */
export function forwardScore(unary: tf.Tensor3D, arcs: tf.Tensor2D): tf.Tensor1D {
  const positions = tf.unstack(unary, 1) as tf.Tensor2D[];
  let reached = positions[0];
  for (const scores of positions.slice(1)) {
    reached = tf.logSumExp(reached.expandDims(2).add(arcs), 1).add(scores) as tf.Tensor2D;
  }
  return tf.logSumExp(reached, 1) as tf.Tensor1D;
}

/**
 * The scores of given labellings: the forward score of the constrained graph, in which there is one path.
 *
 * @param labels int32 `[chains, length]`, classes from 0
 * @returns `[chains]`
 */
export function pathScore(unary: tf.Tensor3D, arcs: tf.Tensor2D, labels: tf.Tensor2D): tf.Tensor1D {
  const [, length, classes] = unary.shape;
  const chosen = tf.oneHot(labels.cast('int32'), classes).cast('float32') as tf.Tensor3D;
  const own = unary.mul(chosen).sum([1, 2]);
  if (length < 2) return own as tf.Tensor1D;
  const [before, after] = [
    chosen.slice([0, 0, 0], [-1, length - 1, -1]),
    chosen.slice([0, 1, 0], [-1, length - 1, -1]),
  ];
  const between = before.expandDims(3).mul(after.expandDims(2)).mul(arcs).sum([1, 2, 3]);
  return own.add(between) as tf.Tensor1D;
}

/**
 * Discriminative forward: minus the log probability of the right labellings, averaged over chains and positions. Not negative.
 *
 * @param labels int32 `[chains, length]`, classes from 0; no arc between them may be forbidden
 */
export function chainLoss(unary: tf.Tensor3D, arcs: tf.Tensor2D, labels: tf.Tensor2D): tf.Scalar {
  const [chains, length] = unary.shape;
  return forwardScore(unary, arcs)
    .sub(pathScore(unary, arcs, labels))
    .sum()
    .div(chains * length) as tf.Scalar;
}
