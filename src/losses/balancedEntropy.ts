import * as tf from '../core/tf.js';

/** Cross-entropy of logits, a value each: ln(1 + e^x) - t x. */
export function logisticEntropy(logits: tf.Tensor4D, truth: tf.Tensor4D): tf.Tensor4D {
  return logits.relu().sub(logits.mul(truth)).add(tf.log1p(logits.abs().neg().exp()));
}

/**
 * Cross-entropy of two classes that count for as much, however many pixels either has: the mean over the one and the mean over the
 * other, halved. What is learnt is then as if as many pixels of each had been drawn.
 *
 * @param logits `[batch, height, width, 1]`
 * @param truth likewise, 0 or 1
 */
export function balancedEntropy(logits: tf.Tensor4D, truth: tf.Tensor4D): tf.Scalar {
  const entropy = logisticEntropy(logits, truth);
  const meanOver = (share: tf.Tensor) => entropy.mul(share).sum().div(share.sum().maximum(1));
  return meanOver(truth)
    .add(meanOver(tf.sub(1, truth)))
    .div(2) as tf.Scalar;
}

/** Cross-entropy of cells, in which a pixel of a membrane counts `weight` times; the mean over all. Shapes as `balancedEntropy`. */
export function membraneEntropy(logits: tf.Tensor4D, truth: tf.Tensor4D, weight: number): tf.Scalar {
  return logisticEntropy(logits, truth)
    .mul(tf.sub(weight, truth.mul(weight - 1)))
    .mean() as tf.Scalar;
}
