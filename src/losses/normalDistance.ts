import type * as tf from '../core/tf.js';
import { type Mask, meanOfKnown, zeroMasked } from './mask.js';

/** Added below the root, whose gradient would have no bound where two normals agree: as from an angle of 2 degrees. */
const ROUND = 1e-3;

/**
 * The mean distance between the tips of predicted and true normals over the known pixels, sqrt(2 - 2 cos + 0.001): about 0.03 where they
 * agree, 2 where they are opposite. For small angles it is the angle, where the dot product has its square. So what is learnt is nearer to
 * the median of noisy truth than to its mean, which planes fitted to a sensor's steps pull to the front.
 *
 * Both `[batch, height, width, 3]` of unit length. Papers that learn the angle itself have a gradient without bound where
 * normals are opposite: Bae, Budvytis, Cipolla: Estimating and exploiting the aleatoric uncertainty in surface normal
 * estimation, ICCV 2021.
 */
export function normalDistance(prediction: tf.Tensor4D, truth: tf.Tensor4D, mask?: Mask): tf.Scalar {
  const dot = zeroMasked(prediction, mask).mul(zeroMasked(truth, mask)).sum(3, true) as tf.Tensor4D;
  const distance = dot.mul(-2).add(2).maximum(0).add(ROUND).sqrt() as tf.Tensor4D;
  return meanOfKnown(zeroMasked(distance, mask), mask);
}
