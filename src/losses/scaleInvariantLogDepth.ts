import * as tf from '../core/tf.js';
import { type Mask, zeroMasked } from './mask.js';

/** How much of a common factor is forgiven. */
export interface ScaleInvariantLogDepthOptions {
  /** How far a common scale of the picture is forgiven: 0 is plain squared error, 1 is blind to it. @default 0.5 */
  invariance?: number;
  /** Weight of the gradient term; 0 is the loss of NIPS 2014, 1 that of ICCV 2015. @default 1 */
  gradient?: number;
}

/**
 * Scale-invariant error of log depth, with d = prediction - truth over the n known pixels of a picture:
 *
 *     sum(d^2) / n - invariance * (sum(d) / n)^2 + gradient * sum(dx^2 + dy^2) / n
 *
 * dx, dy are forward differences of d between two known pixels. Averaged over the pictures that have known pixels.
 * Eigen, Puhrsch, Fergus (NIPS 2014), equation 4; Eigen, Fergus (ICCV 2015), equation 1.
 *
 * Both `[batch, height, width, 1]`, the natural logarithm of metres.
 */
export function scaleInvariantLogDepth(
  prediction: tf.Tensor4D,
  truth: tf.Tensor4D,
  mask?: Mask,
  { invariance = 0.5, gradient = 1 }: ScaleInvariantLogDepthOptions = {},
): tf.Scalar {
  const known = (mask?.cast('bool').cast('float32') ?? tf.onesLike(truth)) as tf.Tensor4D;
  const difference = zeroMasked(prediction.sub(truth) as tf.Tensor4D, mask);
  const pixels = known.sum([1, 2, 3]).maximum(1);
  const squares = difference.square().sum([1, 2, 3]).div(pixels);
  const mean = difference.sum([1, 2, 3]).div(pixels);
  const slopes = slopeSquares(difference, known, 1)
    .add(slopeSquares(difference, known, 2))
    .div(pixels);
  const errors = squares.sub(mean.square().mul(invariance)).add(slopes.mul(gradient));
  const pictures = known.max([1, 2, 3]).sum().maximum(1);
  return errors.sum().div(pictures);
}

/** `[batch]`: the squares of the forward differences along an axis, summed where both pixels are known. */
function slopeSquares(difference: tf.Tensor4D, known: tf.Tensor4D, axis: 1 | 2): tf.Tensor1D {
  const bothKnown = later(known, axis).mul(earlier(known, axis));
  const slope = later(difference, axis).sub(earlier(difference, axis)).mul(bothKnown);
  return slope.square().sum([1, 2, 3]);
}

function earlier(x: tf.Tensor4D, axis: 1 | 2): tf.Tensor4D {
  const size = [...x.shape] as tf.Tensor4D['shape'];
  size[axis] -= 1;
  return x.slice([0, 0, 0, 0], size);
}

function later(x: tf.Tensor4D, axis: 1 | 2): tf.Tensor4D {
  const begin: [number, number, number, number] = [0, 0, 0, 0];
  begin[axis] = 1;
  return x.slice(begin);
}
