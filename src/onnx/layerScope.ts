import type * as tf from '../core/tf.js';
import type { OnnxScope, Sizes } from '../models/layers/onnxScope.js';
import type { GraphBuilder } from './graphBuilder.js';

/** The part of the graph that one use of a layer writes: names begin with the layer's, weights are the layer's own. */
export function scopeOf(
  builder: GraphBuilder,
  layer: tf.layers.Layer,
  inputTensors: readonly tf.SymbolicTensor[],
  inputs: readonly string[],
  outputShape: Sizes,
): OnnxScope {
  return {
    inputs,
    inputShapes: inputTensors.map(({ shape }) => shape),
    outputShape,
    node: (opType, from, attributes) => builder.node(layer.name, opType, from, attributes),
    constant: (values, dims = []) =>
      builder.constant(layer.name, dims, Float32Array.from(typeof values === 'number' ? [values] : values)),
    integers: (values) => builder.integers(layer.name, values),
    weight: (name, { permutation, dims } = {}) => {
      const variable = layer.weights.find(({ originalName }) => originalName.endsWith(`/${name}`))?.read();
      if (!variable) return '';
      const axes = permutation ?? variable.shape.map((_, axis) => axis);
      const shape = reshaped(
        axes.map((axis) => variable.shape[axis]),
        dims,
      );
      const values = () => variable.transpose([...axes]).dataSync<'float32'>() as Float32Array;
      return builder.weight(`${layer.name}/${name}`, shape, values);
    },
  };
}

function reshaped(shape: readonly number[], dims: readonly number[] = shape): number[] {
  const product = (sizes: readonly number[]) => sizes.reduce((left, right) => left * right, 1);
  return dims.map((size) => (size === -1 ? product(shape) / -product(dims) : size));
}
