import * as tf from '../core/tf.js';

/**
 * Cross-entropy over the positions of heat maps, a softmax a map, averaged over the maps whose target is not empty.
 *
 * @param logits `[batch, rows, columns, maps]`
 * @param targets likewise, not negative; each map is scaled to sum to 1, and one of zeros has no influence
 */
export function heatmapEntropy(logits: tf.Tensor4D, targets: tf.Tensor4D): tf.Scalar {
  const [batch, rows, columns, maps] = logits.shape;
  const flat = (x: tf.Tensor4D) => x.reshape([batch, rows * columns, maps]).transpose([0, 2, 1]);
  const wanted = flat(targets);
  const sums = wanted.sum(2, true);
  const isThere = sums.greater(0).cast('float32');
  const entropy = tf
    .logSoftmax(flat(logits), 2)
    .mul(wanted.div(sums.maximum(1e-6)))
    .sum()
    .neg();
  return entropy.div(isThere.sum().maximum(1)) as tf.Scalar;
}
