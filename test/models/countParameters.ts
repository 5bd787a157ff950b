import * as tf from '../../src/models/tf.js';

/** Parameters that building a model would allocate, without allocating them: gigabytes in the largest networks. */
export function countParameters(build: () => tf.LayersModel): number {
  const prototype = tf.layers.Layer.prototype as unknown as { addWeight: (name: string, shape: number[]) => unknown };
  const { addWeight } = prototype;
  let count = 0;
  prototype.addWeight = (_, shape) => {
    count += shape.reduce((product, size) => product * size, 1);
  };
  try {
    build();
  } finally {
    prototype.addWeight = addWeight;
  }
  return count;
}
