import type * as tf from '../core/tf.js';
import { type Mask, meanOfKnown, zeroMasked } from './mask.js';

/**
 * Minus the mean dot product of predicted and true normals over the known pixels: -1 where all agree.
 * Eigen, Fergus: Predicting depth, surface normals and semantic labels, ICCV 2015, section 4.2.
 *
 * Both `[batch, height, width, 3]` of unit length; the network's last layer is what scales its vectors to it.
 */
export function normalDotProduct(prediction: tf.Tensor4D, truth: tf.Tensor4D, mask?: Mask): tf.Scalar {
  const dot = zeroMasked(prediction, mask).mul(zeroMasked(truth, mask)).sum(3, true) as tf.Tensor4D;
  return meanOfKnown(dot, mask).neg();
}
