import * as tf from '../../core/tf.js';
import { CustomLayer } from './customLayer.js';
import type { OnnxScope, Sizes } from './onnxScope.js';

/** Of the Gaussians, in positions. */
const DEVIATION = 1.5;

/**
 * Places as maps whose softmax is a Gaussian around them: the cross-entropy of these with a Gaussian around the truth is the squared
 * distance, up to a factor and a constant.
 *
 * @param places `[batch, 1, 1, 2 maps]`, x and y of each: 0 is the picture's one border, 1 the other
 * @param like `[batch, rows, columns, any]`, whose size is the answer's
 * @returns `[batch, rows, columns, maps]`, logits
 */
export function gaussianMaps(places: tf.SymbolicTensor, like: tf.SymbolicTensor, name: string): tf.SymbolicTensor {
  return new GaussianMaps({ name }).apply([places, like]) as tf.SymbolicTensor;
}

class GaussianMaps extends CustomLayer {
  static className = 'GaussianMaps';

  override sizes([batch, , , numbers]: Sizes, [, rows, columns]: Sizes): Sizes {
    return [batch, rows, columns, numbers! / 2];
  }

  compute(places: tf.Tensor4D, like: tf.Tensor4D): tf.Tensor4D {
    const [, rows, columns] = like.shape;
    const pairs = places.reshape([-1, places.shape[3] / 2, 2]);
    const [x, y] = [0, 1].map((axis) => pairs.slice([0, 0, axis], [-1, -1, 1]).reshape([-1, 1, 1, pairs.shape[1]!]));
    const along = (size: number) => tf.range(0, size).add(0.5);
    const across = along(columns).reshape([1, 1, columns, 1]).sub(x.mul(columns)).square();
    const down = along(rows).reshape([1, rows, 1, 1]).sub(y.mul(rows)).square();
    return across.add(down).div(-2 * DEVIATION ** 2) as tf.Tensor4D;
  }

  toOnnx({ node, inputs: [places, like], inputShapes, constant, integers }: OnnxScope): string {
    const numbers = inputShapes[0][3]!;
    const FLOAT = 1;
    const squares = [2, 3].map((axis) => {
      const size = node('Cast', [node('Shape', [like], { start: axis, end: axis + 1 })], { to: FLOAT });
      // A row or a column of ones, added up, counts its positions.
      const one = node('Slice', [like, integers([0, 0, 0]), integers([1, 1, 1]), integers([0, 1, 5 - axis])]);
      const ones = node('Add', [node('Mul', [one, constant(0)]), constant(1)]);
      const along = node('Sub', [node('CumSum', [ones, integers([axis])]), constant(0.5)]);
      const first = axis === 3 ? 0 : 1;
      const own = node('Slice', [places, integers([first]), integers([numbers]), integers([1]), integers([2])]);
      const away = node('Sub', [along, node('Mul', [own, size])]);
      return node('Mul', [away, away]);
    });
    return node('Mul', [node('Add', squares), constant(-1 / (2 * DEVIATION ** 2))]);
  }
}
tf.serialization.registerClass(GaussianMaps);
