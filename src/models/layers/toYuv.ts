import * as tf from '../../core/tf.js';
import { CustomLayer } from './customLayer.js';
import type { OnnxScope } from './onnxScope.js';

/** Rows of Y, U and V of BT.601. */
const ROWS = [0.299, 0.587, 0.114, -0.14713, -0.28886, 0.436, 0.615, -0.51499, -0.10001];

/** Red, green and blue to Y, 0..1, and U and V around 0 (BT.601). `[batch, height, width, 3]` in and out. */
export function toYuv(x: tf.SymbolicTensor): tf.SymbolicTensor {
  return new ToYuv({}).apply(x) as tf.SymbolicTensor;
}

class ToYuv extends CustomLayer {
  static className = 'ToYuv';

  compute(x: tf.Tensor4D): tf.Tensor4D {
    const kernel = tf.transpose(tf.tensor2d(ROWS, [3, 3])).reshape([1, 1, 3, 3]) as tf.Tensor4D;
    return tf.conv2d(x, kernel, 1, 'same');
  }

  toOnnx({ node, inputs, constant }: OnnxScope): string {
    return node('Conv', [inputs[0], constant(ROWS, [3, 3, 1, 1])]);
  }
}
tf.serialization.registerClass(ToYuv);
