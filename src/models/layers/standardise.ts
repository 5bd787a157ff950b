import * as tf from '../../core/tf.js';
import { CustomLayer } from './customLayer.js';
import type { OnnxScope } from './onnxScope.js';

export interface StandardiseOptions {
  /** Subtracted first; one value, or one a channel. */
  mean: readonly number[];
  /** Then divided by this. */
  scale: number;
}

/** (x - mean) / scale with fixed numbers. `[batch, height, width, channels]` in and out. */
export function standardise(x: tf.SymbolicTensor, options: StandardiseOptions): tf.SymbolicTensor {
  return new Standardise(options).apply(x) as tf.SymbolicTensor;
}

class Standardise extends CustomLayer<StandardiseOptions> {
  static className = 'Standardise';

  compute(x: tf.Tensor4D): tf.Tensor4D {
    return x.sub(tf.tensor1d([...this.options.mean])).div(this.options.scale);
  }

  toOnnx({ node, inputs, constant }: OnnxScope): string {
    const { mean, scale } = this.options;
    return node('Div', [node('Sub', [inputs[0], constant(mean, [1, mean.length, 1, 1])]), constant(scale)]);
  }
}
tf.serialization.registerClass(Standardise);
