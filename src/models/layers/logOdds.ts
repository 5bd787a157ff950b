import * as tf from '../../core/tf.js';
import { CustomLayer } from './customLayer.js';
import type { OnnxScope, Sizes } from './onnxScope.js';

/**
 * The second of two logits less the first: the logit of the second class's share in their softmax.
 * `[batch, height, width, 2]` in, `[batch, height, width, 1]` out.
 */
export function logOdds(x: tf.SymbolicTensor, { name }: { name: string }): tf.SymbolicTensor {
  return new LogOdds({ name }).apply(x) as tf.SymbolicTensor;
}

class LogOdds extends CustomLayer {
  static className = 'LogOdds';

  override sizes([batch, height, width]: Sizes): Sizes {
    return [batch, height, width, 1];
  }

  compute(x: tf.Tensor4D): tf.Tensor4D {
    const [first, second] = tf.split(x, 2, 3) as tf.Tensor4D[];
    return second.sub(first);
  }

  toOnnx({ node, inputs: [x], constant }: OnnxScope): string {
    return node('Conv', [x, constant([-1, 1], [1, 2, 1, 1])], { kernel_shape: [1, 1] });
  }
}
tf.serialization.registerClass(LogOdds);
