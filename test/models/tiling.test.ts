import { expect, test } from 'vitest';
import * as tf from '../../src/core/tf.js';
import { networks } from '../../src/models/registry.js';

const hidden = [6, 5];

/** Tiny ones of the networks that run in tiles. */
test.each([
  ['burger-mlp', { patchIn: 7, patchOut: 5, stride: 3, hidden }],
  ['schuler-mlp', { patchIn: 9, patchOut: 3, stride: 2, hidden }],
  ['koehler-mlp', { patch: 4, stride: 2, hidden }],
  ['xie-ssda', { patch: 4, stride: 3, hidden }],
  ['eigen-window', { hidden: 4 }],
  ['restoration-unet', { widths: [3, 4], blocks: 1 }],
  ['restoration-unet', { widths: [3, 4], blocks: 1, map: 'mask' }],
])('%s sees no further than its geometry says: a tile is as the whole', (name, options) => {
  const network = networks.get(name)!;
  const model = network.build(options);
  const { stride, receptiveRadius } = network.geometry(options);
  const overlap = Math.ceil(receptiveRadius / stride) * stride;
  const [from, size, whole] = [2 * stride, 2 * overlap + 4 * stride, 2 * overlap + 12 * stride];
  const inputs = model.inputs.map(({ name, shape }) => {
    const values = tf.randomUniform<tf.Rank.R4>([1, whole, whole, shape[3]!], 0, 1, 'float32', 1);
    // Of the pixels 1 in 500 is known, so that holes are deep.
    return name.startsWith('mask') ? (values.greater(0.002).cast('float32') as tf.Tensor4D) : values;
  });
  const predict = (pictures: tf.Tensor4D[]) => [model.predict(pictures)].flat()[0] as tf.Tensor4D;
  const inside = (x: tf.Tensor4D, begin: number) =>
    x.slice([0, begin + overlap, begin + overlap, 0], [1, size - 2 * overlap, size - 2 * overlap, -1]);
  const tile = predict(inputs.map((x) => x.slice([0, from, from, 0], [1, size, size, -1])));
  const difference = inside(predict(inputs), from).sub(inside(tile, 0)).abs().max().dataSync()[0];
  expect(difference).toBeLessThan(1e-5);
});
