import type * as tf from '../models/tf.js';
import { type Mask, meanOfKnown, zeroMasked } from './mask.js';

/** Mean of |prediction - truth| (L1) over the known elements; all `[batch, height, width, channels]`. */
export function absoluteError(prediction: tf.Tensor4D, truth: tf.Tensor4D, mask?: Mask): tf.Scalar {
  return meanOfKnown(zeroMasked(prediction.sub(truth) as tf.Tensor4D, mask).abs(), mask);
}
