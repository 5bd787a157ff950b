import * as tf from '../../core/tf.js';
import { CustomLayer } from './customLayer.js';
import type { OnnxScope, Sizes } from './onnxScope.js';

/**
 * Bilinear interpolation of the first to the height and width of the second, the corners of both in the same place, as
 * `resizeTo` has it. `[batch, height, width, channels]` in and out; for networks that take any size.
 */
export function resizeLike(x: tf.SymbolicTensor, reference: tf.SymbolicTensor): tf.SymbolicTensor {
  return new ResizeLike({}).apply([x, reference]) as tf.SymbolicTensor;
}

class ResizeLike extends CustomLayer {
  static className = 'ResizeLike';

  override sizes([batch, , , channels]: Sizes, [, height, width]: Sizes): Sizes {
    return [batch, height, width, channels];
  }

  compute(x: tf.Tensor4D, reference: tf.Tensor4D): tf.Tensor4D {
    return tf.image.resizeBilinear(x, [reference.shape[1], reference.shape[2]], true);
  }

  toOnnx({ node, inputs: [x, reference] }: OnnxScope): string {
    const kept = node('Shape', [x], { start: 0, end: 2 });
    const wanted = node('Shape', [reference], { start: 2, end: 4 });
    return node('Resize', [x, '', '', node('Concat', [kept, wanted], { axis: 0 })], {
      mode: 'linear',
      coordinate_transformation_mode: 'align_corners',
    });
  }
}
tf.serialization.registerClass(ResizeLike);
