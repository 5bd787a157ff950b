import type * as tf from '../core/tf.js';
import { type Mask, zeroMasked } from './mask.js';

/**
 * Squared error of an estimated blur kernel, summed over the kernel and averaged over the batch: what blind deblurring
 * is trained on. Schuler, Hirsch, Harmeling, Schoelkopf: Learning to deblur, arXiv 1406.7444, section 3.
 *
 * Both `[batch, height, width, 1]`. A shifted kernel counts as wrong, though it only shifts the picture: true kernels
 * are to be centred on their centre of mass before.
 */
export function kernelError(estimate: tf.Tensor4D, truth: tf.Tensor4D, mask?: Mask): tf.Scalar {
  return zeroMasked(estimate.sub(truth) as tf.Tensor4D, mask)
    .square()
    .sum([1, 2, 3])
    .mean();
}
