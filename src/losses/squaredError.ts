import type * as tf from '../core/tf.js';
import { type Mask, meanOfKnown, zeroMasked } from './mask.js';

/** Mean of (prediction - truth)^2 over the known elements; all `[batch, height, width, channels]`. */
export function squaredError(prediction: tf.Tensor4D, truth: tf.Tensor4D, mask?: Mask): tf.Scalar {
  return meanOfKnown(zeroMasked(prediction.sub(truth) as tf.Tensor4D, mask).square(), mask);
}
