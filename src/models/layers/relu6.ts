import * as tf from '../../core/tf.js';
import { CustomLayer } from './customLayer.js';
import type { OnnxScope } from './onnxScope.js';

/**
 * min(max(x, 0), 6). The activation of that name in tf.layers is two operators, with a gradient of a dozen.
 * `[batch, height, width, channels]` in and out.
 */
export function relu6(x: tf.SymbolicTensor): tf.SymbolicTensor {
  return new Relu6({}).apply(x) as tf.SymbolicTensor;
}

class Relu6 extends CustomLayer {
  static className = 'Relu6';

  compute(x: tf.Tensor4D): tf.Tensor4D {
    return tf.relu6(x);
  }

  toOnnx({ node, inputs: [x], constant }: OnnxScope): string {
    return node('Clip', [x, constant(0), constant(6)]);
  }
}
tf.serialization.registerClass(Relu6);
