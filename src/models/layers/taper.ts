import * as tf from '../../core/tf.js';
import { CustomLayer } from './customLayer.js';
import type { OnnxScope } from './onnxScope.js';

/**
 * Fades a picture out to zero towards its borders (Hann window), so that a Fourier transform, which takes it to go on
 * from one border to the opposite one, meets no step there. `[batch, height, width, channels]` in and out.
 */
export function taper(x: tf.SymbolicTensor): tf.SymbolicTensor {
  return new Taper({}).apply(x) as tf.SymbolicTensor;
}

class Taper extends CustomLayer {
  static className = 'Taper';

  compute(x: tf.Tensor4D): tf.Tensor4D {
    const hann = (size: number) =>
      tf
        .range(0, size)
        .add(0.5)
        .mul(Math.PI / size)
        .sin()
        .square();
    const [, height, width] = x.shape;
    return x.mul(hann(height).reshape([1, height, 1, 1])).mul(hann(width).reshape([1, 1, width, 1]));
  }

  toOnnx({ node, inputs: [x], constant, integers }: OnnxScope): string {
    const FLOAT = 1;
    const scalar = (value: string) => node('Squeeze', [value]);
    const hann = (axis: number) => {
      const size = node('Shape', [x], { start: axis, end: axis + 1 });
      const range = node('Range', [scalar(integers([0])), scalar(size), scalar(integers([1]))]);
      const centres = node('Add', [node('Cast', [range], { to: FLOAT }), constant(0.5)]);
      const frequency = node('Div', [constant(Math.PI), node('Cast', [size], { to: FLOAT })]);
      const sine = node('Sin', [node('Mul', [centres, frequency])]);
      const others = integers([0, 1, 2, 3].filter((other) => other !== axis));
      return node('Unsqueeze', [node('Mul', [sine, sine]), others]);
    };
    return node('Mul', [node('Mul', [x, hann(2)]), hann(3)]);
  }
}
tf.serialization.registerClass(Taper);
