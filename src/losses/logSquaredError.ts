import type * as tf from '../core/tf.js';
import { type Mask, zeroMasked } from './mask.js';

/**
 * The mean squared error that is as good as none, 40 dB. A picture that is right already would outweigh all others without it;
 * with 50 dB the clean ones among dirty ones still kept a network from learning anything.
 */
const NEGLIGIBLE = 1e-4;

/**
 * Mean over the pictures of ln(1 + e / 1e-4), where e is a picture's mean squared error over its known elements; all
 * `[batch, height, width, channels]`, in 0..1. It falls as PSNR rises, so that an easy picture counts as much as a hard
 * one. The absolute error serves less where little of a picture is spoilt: there to change nothing is nearly its minimum.
 *
 * The PSNR loss of Chen et al.: HINet, CVPRW 2021, which has no bound.
 */
export function logSquaredError(prediction: tf.Tensor4D, truth: tf.Tensor4D, mask?: Mask): tf.Scalar {
  const squares = zeroMasked(prediction.sub(truth) as tf.Tensor4D, mask).square();
  const known = mask?.cast('bool').cast('float32').sum([1, 2, 3]).mul(squares.shape[3]).maximum(1);
  const error = known ? squares.sum([1, 2, 3]).div(known) : squares.mean([1, 2, 3]);
  return error.div(NEGLIGIBLE).add(1).log().mean();
}
