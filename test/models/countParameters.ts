import * as tf from '../../src/core/tf.js';

/** Trainable parameters that building a model would allocate, without allocating them: gigabytes in the largest networks. */
export function countParameters(build: () => tf.LayersModel): number {
  const prototype = tf.layers.Layer.prototype as unknown as { addWeight: (...args: unknown[]) => unknown };
  const { addWeight } = prototype;
  let count = 0;
  prototype.addWeight = (...[, shape, , , , trainable = true]) => {
    if (trainable) count += (shape as number[]).reduce((product, size) => product * size, 1);
  };
  try {
    build();
  } finally {
    prototype.addWeight = addWeight;
  }
  return count;
}
