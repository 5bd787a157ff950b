import * as tf from '../core/tf.js';
import { zeroMasked } from './mask.js';

/**
 * Softmax cross-entropy a pixel, averaged over the labelled pixels; with `weights`, the weighted average.
 * Eigen, Fergus: Predicting depth, surface normals and semantic labels, ICCV 2015, section 4.3.
 *
 * @param logits `[batch, height, width, classes]`; channel k stands for class k + 1.
 * @param labels int32 `[batch, height, width, 1]`: 1..classes, and 0 where void, which has no influence.
 * @param weights not negative: of the classes, `[classes]`, or of the pixels, `[batch, height, width, 1]`.
 */
export function pixelwiseSoftmax(
  logits: tf.Tensor4D,
  labels: tf.Tensor4D,
  weights?: tf.Tensor1D | tf.Tensor4D,
): tf.Scalar {
  const classes = logits.shape[3];
  const isLabelled = labels.greater(0) as tf.Tensor4D;
  // A void pixel asks for channel -1, whose one-hot vector is all zeros: its share and its weight are 0.
  const target = tf.oneHot(labels.squeeze([3]).sub(1).cast('int32') as tf.Tensor3D, classes).cast('float32');
  const weighted = weights === undefined ? target : target.mul(weights);
  const logLikelihood = tf.logSoftmax(zeroMasked(logits, isLabelled)).mul(weighted).sum();
  return logLikelihood.neg().div(weighted.sum().maximum(1e-12));
}
