import type * as tf from '../../core/tf.js';

/** `[batch]`: the mean of `[batch, h, w, 1]` over what its mask knows; 0 where that is nothing. */
export function meanOf(values: tf.Tensor4D, mask: tf.Tensor4D): tf.Tensor1D {
  return values
    .mul(mask)
    .sum([1, 2, 3])
    .div(mask.sum([1, 2, 3]).maximum(1));
}
