import * as tf from '../core/tf.js';

/**
 * `[batch, height, width, 1]`, 1 where the truth is known, 0 where not; or nothing, where all of it is. What is masked
 * has no influence on a loss or its gradient, even where it is NaN or infinite.
 */
export type Mask = tf.Tensor4D | undefined;

/**
 * Sets what is masked to 0. A loss does so before anything that is not linear: multiplying by 0 afterwards would let
 * NaN through, in the value or in the gradient.
 */
export function zeroMasked<T extends tf.Tensor>(x: T, mask: Mask): T {
  return mask === undefined ? x : tf.where(mask.cast('bool'), x, tf.zerosLike(x));
}

/** Mean over all known elements of `[b, h, w, c]`, whose masked ones are 0 already; 0 where none is known. */
export function meanOfKnown(x: tf.Tensor4D, mask: Mask): tf.Scalar {
  if (mask === undefined) return x.mean();
  const known = mask.cast('bool').cast('float32').sum().mul(x.shape[3]);
  return x.sum().div(known.maximum(1));
}
