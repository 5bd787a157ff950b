import * as tf from '../../core/tf.js';
import { CustomLayer } from './customLayer.js';
import type { OnnxScope } from './onnxScope.js';

/**
 * Takes the prediction where the mask is 1 and the picture where it is 0, so that known pixels stay as they are.
 * `[batch, height, width, channels]` each, the mask with one channel; the answer likewise.
 */
export function fillHoles(
  image: tf.SymbolicTensor,
  prediction: tf.SymbolicTensor,
  mask: tf.SymbolicTensor,
  { name }: { name?: string } = {},
): tf.SymbolicTensor {
  return new FillHoles({ name }).apply([image, prediction, mask]) as tf.SymbolicTensor;
}

class FillHoles extends CustomLayer {
  static className = 'FillHoles';

  compute(image: tf.Tensor4D, prediction: tf.Tensor4D, mask: tf.Tensor4D): tf.Tensor4D {
    return image.add(prediction.sub(image).mul(mask));
  }

  toOnnx({ node, inputs: [image, prediction, mask] }: OnnxScope): string {
    return node('Add', [image, node('Mul', [node('Sub', [prediction, image]), mask])]);
  }
}
tf.serialization.registerClass(FillHoles);
