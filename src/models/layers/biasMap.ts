import * as tf from '../../core/tf.js';
import { CustomLayer } from './customLayer.js';
import type { OnnxScope } from './onnxScope.js';

/**
 * Adds a learnt value of its own to every pixel and channel, zero at the start: what is true of a place on average, as
 * the floor is near at the bottom. Eigen and Fergus, ICCV 2015, in the authors' code.
 * `[batch, height, width, channels]` of a fixed size, in and out.
 */
export function biasMap(x: tf.SymbolicTensor, { name }: { name: string }): tf.SymbolicTensor {
  return new BiasMap({ name }).apply(x) as tf.SymbolicTensor;
}

class BiasMap extends CustomLayer {
  static className = 'BiasMap';

  override build(inputShape: (number | null)[] | (number | null)[][]): void {
    this.addWeight('map', inputShape.slice(1) as number[], 'float32', tf.initializers.zeros());
    this.built = true;
  }

  compute(x: tf.Tensor4D): tf.Tensor4D {
    return x.add(this.weights[0].read());
  }

  toOnnx({ node, inputs, weight }: OnnxScope): string {
    return node('Add', [inputs[0], weight('map', { permutation: [2, 0, 1] })]);
  }
}
tf.serialization.registerClass(BiasMap);
