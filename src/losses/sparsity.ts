import * as tf from '../core/tf.js';
import { type Mask, zeroMasked } from './mask.js';

/**
 * Sparsity of hidden units: the Kullback-Leibler divergence between a coin that shows heads with probability `target`
 * and one that does so with the unit's mean activation, summed over units.
 * Xie, Xu, Chen: Image denoising and inpainting with deep neural networks, NIPS 2012, equation 4.
 *
 * @param activations `[batch, height, width, units]` of a sigmoid, 0..1; the mean is over batch and known positions.
 * @param target the wanted mean activation, 0..1 exclusive.
 */
export function sparsity(activations: tf.Tensor4D, target: number, mask?: Mask): tf.Scalar {
  const [batch, height, width] = activations.shape;
  const known = mask?.cast('bool').cast('float32').sum().maximum(1) ?? batch * height * width;
  // Off 0 and 1, where the divergence is infinite.
  const mean = zeroMasked(activations, mask)
    .sum([0, 1, 2])
    .div(known)
    .clipByValue(1e-6, 1 - 1e-6);
  const heads = mean.log().mul(-target);
  const tails = tf
    .sub(1, mean)
    .log()
    .mul(target - 1);
  const entropy = target * Math.log(target) + (1 - target) * Math.log(1 - target);
  return heads.add(tails).add(entropy).sum();
}
