import { type Converters, configOf } from './converter.js';
import { type Padding, type Pair, windowAttributes } from './window.js';

/** Pooling; averages are over the pixels that are there, padding not counted, as in TensorFlow. */
export const pooling: Converters = {
  MaxPooling2D: pool('MaxPool'),
  AveragePooling2D: pool('AveragePool'),
  GlobalMaxPooling2D: ({ node, inputs }) => node('Flatten', [node('GlobalMaxPool', inputs)]),
  GlobalAveragePooling2D: ({ node, inputs }) => node('Flatten', [node('GlobalAveragePool', inputs)]),
};

function pool(opType: string): Converters[string] {
  return ({ node, inputs }, layer) => {
    const { poolSize, strides, padding } = configOf<{ poolSize: Pair; strides: Pair; padding: Padding }>(layer);
    return node(opType, inputs, windowAttributes(poolSize, strides, padding));
  };
}
