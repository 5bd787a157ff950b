import * as tf from '../../core/tf.js';
import { CustomLayer } from './customLayer.js';
import type { OnnxScope } from './onnxScope.js';

/** Passes values on and no gradient back, so that what comes before is not trained by what comes after. */
export function stopGradient(x: tf.SymbolicTensor): tf.SymbolicTensor {
  return new StopGradient({}).apply(x) as tf.SymbolicTensor;
}

class StopGradient extends CustomLayer {
  static className = 'StopGradient';

  compute(x: tf.Tensor4D): tf.Tensor4D {
    const pass = tf.customGrad((value) => ({
      value: (value as tf.Tensor).clone(),
      gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
    }));
    return pass(x) as tf.Tensor4D;
  }

  toOnnx({ inputs }: OnnxScope): string {
    return inputs[0];
  }
}
tf.serialization.registerClass(StopGradient);
