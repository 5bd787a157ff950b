import * as tf from '../../core/tf.js';
import { CustomLayer } from './customLayer.js';
import type { OnnxScope, Sizes } from './onnxScope.js';

/**
 * Bilinear interpolation to `[height, width]`, the corners of both pictures in the same place (tfjs has a right gradient
 * only for that and for counting from the corners). `[batch, height, width, channels]` in and out.
 */
export function resizeTo(x: tf.SymbolicTensor, size: readonly [number, number]): tf.SymbolicTensor {
  return new ResizeTo({ size }).apply(x) as tf.SymbolicTensor;
}

class ResizeTo extends CustomLayer<{ size: readonly [number, number] }> {
  static className = 'ResizeTo';

  override sizes([batch, , , channels]: Sizes): Sizes {
    return [batch, ...this.options.size, channels];
  }

  compute(x: tf.Tensor4D): tf.Tensor4D {
    return tf.image.resizeBilinear(x, [...this.options.size], true);
  }

  toOnnx({ node, inputs, integers }: OnnxScope): string {
    const kept = node('Shape', inputs, { start: 0, end: 2 });
    const target = node('Concat', [kept, integers(this.options.size)], { axis: 0 });
    return node('Resize', [inputs[0], '', '', target], {
      mode: 'linear',
      coordinate_transformation_mode: 'align_corners',
    });
  }
}
tf.serialization.registerClass(ResizeTo);
