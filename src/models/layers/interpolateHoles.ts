import * as tf from '../../core/tf.js';
import { CustomLayer } from './customLayer.js';
import type { OnnxScope } from './onnxScope.js';

/** Sides of the windows that a pixel of a hole is the mean of: of the smallest that has a known pixel in it. */
const WINDOWS = [41, 15, 7, 3];
/** Rounds in which a hole's pixels become the mean of what is around them. */
const ROUNDS = 6;
/** Less than one known pixel in the largest window. */
const NONE = 1e-4;

/** Pixels that an answer sees to each side. */
export const INTERPOLATION_REACH = (WINDOWS[0] - 1) / 2 + ROUNDS;

/**
 * Fills the holes of a picture smoothly from the known pixels around them, so that a network has only the detail left to find. It takes
 * means of windows, then a few damped Jacobi rounds of the Laplace equation. What is deeper than 20 pixels in a hole is 0.
 *
 * `image` `[batch, height, width, channels]`, whatever it has in the holes, and `mask` `[batch, height, width, 1]`, 1 in the
 * holes and 0 elsewhere; the answer like `image`, known pixels as they are. Has no weights.
 */
export function interpolateHoles(image: tf.SymbolicTensor, mask: tf.SymbolicTensor): tf.SymbolicTensor {
  return new InterpolateHoles({}).apply([image, mask]) as tf.SymbolicTensor;
}

class InterpolateHoles extends CustomLayer {
  static className = 'InterpolateHoles';

  compute(image: tf.Tensor4D, mask: tf.Tensor4D): tf.Tensor4D {
    const mean = (x: tf.Tensor4D, size: [number, number]) => tf.avgPool(x, size, 1, 'same');
    const isKnown = tf.sub(1, mask) as tf.Tensor4D;
    const known = image.mul(isKnown) as tf.Tensor4D;
    const seen = tf.concat([known, isKnown], 3) as tf.Tensor4D;
    let filled = known;
    for (const side of WINDOWS) {
      const window = mean(mean(seen, [1, side]), [side, 1]);
      const [sum, share] = tf.split(window, [image.shape[3], 1], 3);
      filled = tf.where(share.greater(NONE), sum.div(share.maximum(NONE)), filled);
    }
    filled = known.add(filled.mul(mask));
    for (let round = 0; round < ROUNDS; round++) {
      filled = known.add(
        mean(filled, [1, 3])
          .add(mean(filled, [3, 1]))
          .mul(0.5)
          .mul(mask),
      );
    }
    return filled;
  }

  toOnnx({ node, inputs: [image, mask], inputShapes: [[, , , channels]], constant, integers }: OnnxScope): string {
    const mean = (x: string, [height, width]: [number, number]) => {
      const [rows, columns] = [(height - 1) / 2, (width - 1) / 2];
      return node('AveragePool', [x], { kernel_shape: [height, width], pads: [rows, columns, rows, columns] });
    };
    const part = (x: string, from: number, to: number) =>
      node('Slice', [x, integers([from]), integers([to]), integers([1])]);
    const isKnown = node('Sub', [constant(1), mask]);
    const known = node('Mul', [image, isKnown]);
    const seen = node('Concat', [known, isKnown], { axis: 1 });
    let filled = known;
    for (const side of WINDOWS) {
      const window = mean(mean(seen, [1, side]), [side, 1]);
      const [sum, share] = [part(window, 0, channels!), part(window, channels!, channels! + 1)];
      const found = node('Div', [sum, node('Max', [share, constant(NONE)])]);
      filled = node('Where', [node('Greater', [share, constant(NONE)]), found, filled]);
    }
    filled = node('Add', [known, node('Mul', [filled, mask])]);
    for (let round = 0; round < ROUNDS; round++) {
      const around = node('Add', [mean(filled, [1, 3]), mean(filled, [3, 1])]);
      filled = node('Add', [known, node('Mul', [node('Mul', [around, constant(0.5)]), mask])]);
    }
    return filled;
  }
}
tf.serialization.registerClass(InterpolateHoles);
