import * as tf from '../../core/tf.js';
import { CustomLayer } from './customLayer.js';
import type { OnnxScope } from './onnxScope.js';

/** Keeps the gradient finite at the vector zero; far below any length that a network gives. */
const TINY = 1e-12;

/**
 * Scales every pixel's vector to length one; the gradient goes through it.
 * Eigen and Fergus, ICCV 2015, section 4.2. `[batch, height, width, channels]` in and out.
 */
export function unitLength(x: tf.SymbolicTensor, { name }: { name?: string } = {}): tf.SymbolicTensor {
  return new UnitLength({ name }).apply(x) as tf.SymbolicTensor;
}

class UnitLength extends CustomLayer {
  static className = 'UnitLength';

  compute(x: tf.Tensor4D): tf.Tensor4D {
    return x.mul(x.square().sum(3, true).add(TINY).rsqrt());
  }

  toOnnx({ node, inputs: [x], constant, integers }: OnnxScope): string {
    const squares = node('ReduceSum', [node('Mul', [x, x]), integers([1])]);
    return node('Div', [x, node('Sqrt', [node('Add', [squares, constant(TINY)])])]);
  }
}
tf.serialization.registerClass(UnitLength);
