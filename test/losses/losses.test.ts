import { describe, expect, test } from 'vitest';
import * as tf from '../../src/core/tf.js';
import { heatmapEntropy } from '../../src/losses/heatmapEntropy.js';
import { kernelError } from '../../src/losses/kernelError.js';
import { logSquaredError } from '../../src/losses/logSquaredError.js';
import type { Mask } from '../../src/losses/mask.js';
import { normalDistance } from '../../src/losses/normalDistance.js';
import { normalDotProduct } from '../../src/losses/normalDotProduct.js';
import { pixelwiseSoftmax } from '../../src/losses/pixelwiseSoftmax.js';
import { scaleInvariantLogDepth } from '../../src/losses/scaleInvariantLogDepth.js';
import { sparsity } from '../../src/losses/sparsity.js';
import { squaredError } from '../../src/losses/squaredError.js';
import { expectGradient } from '../helpers/numericalGradient.js';

const image = (height: number, width: number, values: readonly number[]) =>
  tf.tensor4d([...values], [1, height, width, values.length / (height * width)]);
const scalar = (loss: tf.Scalar) => loss.dataSync()[0];

describe('by hand', () => {
  test.each<[string, () => tf.Scalar, number]>([
    ['squared error', () => squaredError(image(1, 2, [1, 2]), image(1, 2, [1, 5])), 4.5],
    ['squared error, masked', () => squaredError(image(1, 2, [1, 2]), image(1, 2, [1, 5]), image(1, 2, [0, 1])), 9],
    ['squared error, two channels', () => squaredError(image(1, 1, [1, 2]), image(1, 1, [1, 5])), 4.5],
    [
      'squared error, two channels, masked',
      () => squaredError(image(1, 2, [1, 2, 8, 8]), image(1, 2, [1, 5, 0, 0]), image(1, 2, [1, 0])),
      4.5,
    ],
    [
      'heat maps: the mean entropy of the two maps that have a target, whatever the sum of a target is',
      () => heatmapEntropy(image(1, 2, [0, 0, 9, Math.log(3), 0, 9]), image(1, 2, [0, 3, 0, 2, 3, 0])),
      (Math.log(4 / 3) + Math.log(2)) / 2,
    ],
    ['heat maps without any target', () => heatmapEntropy(image(1, 2, [1, 2]), image(1, 2, [0, 0])), 0],
    ['squared error of nothing', () => squaredError(image(1, 1, [1]), image(1, 1, [3]), image(1, 1, [0])), 0],
    [
      'log of a squared error of 1/100',
      () => logSquaredError(image(1, 2, [0.3, 0.5]), image(1, 2, [0.2, 0.6])),
      Math.log(101),
    ],
    [
      'log of the squared error, masked',
      () => logSquaredError(image(1, 2, [0.3, 0.5]), image(1, 2, [0.2, 9]), image(1, 2, [1, 0])),
      Math.log(101),
    ],
    [
      'log of the squared error, two channels, masked',
      () => logSquaredError(image(1, 2, [0.3, 0.5, 8, 8]), image(1, 2, [0.2, 0.4, 0, 0]), image(1, 2, [1, 0])),
      Math.log(101),
    ],
    [
      'log of the squared error, each picture for itself',
      () => logSquaredError(tf.tensor4d([0.1, 0.5], [2, 1, 1, 1]), tf.tensor4d([0, 0.5], [2, 1, 1, 1])),
      Math.log(101) / 2,
    ],
    [
      'log of the squared error of nothing',
      () => logSquaredError(image(1, 1, [1]), image(1, 1, [3]), image(1, 1, [0])),
      0,
    ],
    ['normals that agree', () => normalDotProduct(image(1, 1, [0, 0.6, 0.8]), image(1, 1, [0, 0.6, 0.8])), -1],
    [
      'normals, one right, one square',
      () => normalDotProduct(image(1, 2, [0, 0, 1, 0, 1, 0]), image(1, 2, [0, 0, 1, 1, 0, 0])),
      -0.5,
    ],
    [
      'distance of normals, one right, one square',
      () => normalDistance(image(1, 2, [0, 0, 1, 0, 1, 0]), image(1, 2, [0, 0, 1, 1, 0, 0])),
      (Math.sqrt(0.001) + Math.sqrt(2.001)) / 2,
    ],
    [
      'distance of normals, masked, opposite',
      () => normalDistance(image(1, 2, [0, 0, 1, 0, 1, 0]), image(1, 2, [0, 0, -1, 1, 0, 0]), image(1, 2, [1, 0])),
      Math.sqrt(4.001),
    ],
    ['softmax, undecided', () => pixelwiseSoftmax(image(1, 1, [0, 0, 0, 0]), labels(1, [3])), Math.log(4)],
    ['softmax', () => pixelwiseSoftmax(image(1, 1, [Math.log(3), 0]), labels(1, [1])), Math.log(4 / 3)],
    ['softmax, void left out', () => pixelwiseSoftmax(image(1, 2, [0, 0, 9, -9]), labels(2, [1, 0])), Math.log(2)],
    [
      'softmax, weighted 1 to 3',
      () => pixelwiseSoftmax(image(1, 2, [0, 0, Math.log(3), 0]), labels(2, [2, 1]), tf.tensor1d([3, 1])),
      (Math.log(2) + 3 * Math.log(4 / 3)) / 4,
    ],
    // d = 1 2 / 4 8: mean square 85 / 4, mean 15 / 4, dx 1 4, dy 3 6.
    [
      'log depth',
      () => scaleInvariantLogDepth(image(2, 2, [1, 2, 4, 8]), image(2, 2, [0, 0, 0, 0])),
      85 / 4 - 225 / 32 + 62 / 4,
    ],
    [
      'log depth, a corner masked',
      () => scaleInvariantLogDepth(image(2, 2, [1, 2, 4, 8]), image(2, 2, [0, 0, 0, 0]), image(2, 2, [1, 1, 1, 0])),
      21 / 3 - 49 / 18 + 10 / 3,
    ],
    [
      'log depth, neither gradient nor invariance',
      () =>
        scaleInvariantLogDepth(image(2, 2, [1, 2, 4, 8]), image(2, 2, [0, 0, 0, 0]), undefined, {
          gradient: 0,
          invariance: 0,
        }),
      85 / 4,
    ],
    [
      'log depth, a picture without truth is not counted',
      () =>
        scaleInvariantLogDepth(
          tf.tensor4d([1, 1, 5, 5], [2, 1, 2, 1]),
          tf.zeros([2, 1, 2, 1]),
          tf.tensor4d([1, 1, 0, 0], [2, 1, 2, 1]),
        ),
      0.5,
    ],
    ['sparsity as wanted', () => sparsity(image(1, 2, [0, 0.1]), 0.05), 0],
    [
      'sparsity of two units',
      () => sparsity(image(1, 2, [0.2, 0.5, 0.8, 0.5]), 0.25),
      2 * (0.25 * Math.log(0.5) + 0.75 * Math.log(1.5)),
    ],
    [
      'kernel error',
      () => kernelError(tf.tensor4d([0, 1, 0.5, 0.5], [2, 1, 2, 1]), tf.tensor4d([1, 0, 0.5, 0.5], [2, 1, 2, 1])),
      1,
    ],
  ])('%s', (_, loss, expected) => {
    expect(scalar(tf.tidy(loss))).toBeCloseTo(expected, 4);
  });
});

function labels(width: number, values: readonly number[]): tf.Tensor4D {
  return tf.tensor4d([...values], [1, values.length / width, width, 1], 'int32');
}

const SHAPE: [number, number, number, number] = [2, 3, 4, 3];
const known = tf.tensor4d([1, 1, 0, 1, 1, 0, 1, 1, 1, 1, 0, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 0, 1], [2, 3, 4, 1]);
const classes = known
  .mul(
    tf.tensor4d(
      Array.from({ length: 24 }, (_, i) => (i % 3) + 1),
      [2, 3, 4, 1],
    ),
  )
  .cast('int32');
const weights = tf.tensor1d([1, 0.5, 2]);

/** Each loss of a prediction in 0..1 and a truth of the same shape. */
const LOSSES: [string, (prediction: tf.Tensor4D, truth: tf.Tensor4D, mask: Mask) => tf.Scalar][] = [
  ['squaredError', squaredError],
  ['logSquaredError', logSquaredError],
  ['normalDistance', normalDistance],
  ['normalDotProduct', normalDotProduct],
  ['scaleInvariantLogDepth', scaleInvariantLogDepth],
  ['sparsity', (activations, _, mask) => sparsity(activations, 0.05, mask)],
  ['kernelError', kernelError],
  ['pixelwiseSoftmax', (logits, _, mask) => pixelwiseSoftmax(logits, mask ? (classes as tf.Tensor4D) : labels24())],
  ['pixelwiseSoftmax, balanced', (logits) => pixelwiseSoftmax(logits, classes as tf.Tensor4D, weights)],
];

function labels24(): tf.Tensor4D {
  return labels(
    4,
    Array.from({ length: 24 }, (_, i) => (i % 3) + 1),
  ).reshape([2, 3, 4, 1]);
}

const prediction = tf.randomUniform(SHAPE, 0.1, 0.45, 'float32', 1) as tf.Tensor4D;
const truth = tf.randomUniform(SHAPE, 0.5, 1, 'float32', 2) as tf.Tensor4D;

test('the gradient of the entropy of heat maps is that of central differences', async () => {
  const targets = tf.relu(tf.randomNormal<tf.Rank.R4>([2, 3, 4, 2], 0, 1, 'float32', 1));
  await expectGradient(
    (x) => heatmapEntropy(x, targets),
    tf.randomNormal<tf.Rank.R4>([2, 3, 4, 2], 0, 1, 'float32', 2),
  );
});

describe.each(LOSSES)('%s', (_, loss) => {
  test('its gradient is that of central differences', async () => {
    await expectGradient((x) => loss(x, truth, undefined), prediction);
    await expectGradient((x) => loss(x, truth, known), prediction);
  });

  test.each([
    5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ])('%f in masked pixels changes neither value nor gradient', (value) => {
    const spoil = (x: tf.Tensor4D) => tf.where(known.cast('bool'), x, tf.fill(SHAPE, value)) as tf.Tensor4D;
    const at = (p: tf.Tensor4D, t: tf.Tensor4D) => tf.valueAndGrad((x) => loss(x as tf.Tensor4D, t, known))(p);
    const clean = at(prediction, truth);
    const spoilt = at(spoil(prediction), spoil(truth));
    expect(scalar(spoilt.value as tf.Scalar)).toBe(scalar(clean.value as tf.Scalar));
    expect(spoilt.grad.dataSync()).toEqual(clean.grad.dataSync());
    const maskedGradient = tf.where(known.cast('bool'), tf.zerosLike(spoilt.grad), spoilt.grad).abs().max();
    expect(maskedGradient.dataSync()[0]).toBe(0);
  });
});
