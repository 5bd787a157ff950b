import * as tf from '../../core/tf.js';
import { CustomLayer } from './customLayer.js';
import type { OnnxScope } from './onnxScope.js';

export interface LocalResponseNormalizationOptions {
  /** Neighbouring maps that count, the map itself among them; odd. @default 5 */
  size?: number;
  /** @default 1e-4 */
  alpha?: number;
  /** @default 0.75 */
  beta?: number;
}

/**
 * Divides every value by (1 + alpha / size * sum of squares over neighbouring maps)^beta.
 * Krizhevsky, Sutskever, Hinton: ImageNet classification with deep convolutional neural networks, NIPS 2012; alpha is
 * divided by the size as in Caffe and ONNX. `[batch, height, width, channels]` in and out.
 */
export function localResponseNormalization(
  x: tf.SymbolicTensor,
  { size = 5, alpha = 1e-4, beta = 0.75 }: LocalResponseNormalizationOptions = {},
): tf.SymbolicTensor {
  return new LocalResponseNormalization({ size, alpha, beta }).apply(x) as tf.SymbolicTensor;
}

class LocalResponseNormalization extends CustomLayer<Required<LocalResponseNormalizationOptions>> {
  static className = 'LocalResponseNormalization';

  compute(x: tf.Tensor4D): tf.Tensor4D {
    const { size, alpha, beta } = this.options;
    return tf.localResponseNormalization(x, (size - 1) / 2, 1, alpha / size, beta);
  }

  toOnnx({ node, inputs }: OnnxScope): string {
    const { size, alpha, beta } = this.options;
    return node('LRN', inputs, { size, alpha: { float: alpha }, beta: { float: beta }, bias: { float: 1 } });
  }
}
tf.serialization.registerClass(LocalResponseNormalization);
