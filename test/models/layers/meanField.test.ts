import { expect, test } from 'vitest';
import * as tf from '../../../src/core/tf.js';
import { type MeanFieldOptions, meanField } from '../../../src/models/layers/meanField.js';
import { expectOnnxEqual } from '../../helpers/expectOnnxEqual.js';
import { expectGradient } from '../../helpers/numericalGradient.js';

const CLASSES = 2;
function modelOf(options: MeanFieldOptions, classes = CLASSES) {
  const unary = tf.input({ shape: [null, null, classes], name: 'unary' });
  const guide = tf.input({ shape: [null, null, 3], name: 'guide' });
  return tf.model({ inputs: [unary, guide], outputs: meanField(unary, guide, { ...options, name: 'field' }) });
}
/** Sets the weights by name: what they are, not their logarithms. */
function tell(model: tf.LayersModel, values: Record<string, number>) {
  const weights = model.getLayer('field').weights;
  for (const weight of weights) {
    const value = values[weight.originalName.replace(/^field\//, '')];
    if (value !== undefined) weight.write(tf.tensor1d([Math.log(value)]));
  }
}
const run = (model: tf.LayersModel, unary: tf.Tensor4D, guide: tf.Tensor4D) =>
  (model.predict([unary, guide]) as tf.Tensor4D).dataSync();
const known = { smoothness: 0.7, near: 1.5, appearance: 0.4, reach: 2, colour: 0.3, scale: 1.2 };

/** 2x2 positions: a logit of the first class above the second, and how bright each is. */
const logits = [1, -0.5, 0.3, -2];
const light = [0.1, 0.4, 0.9, 0.5];

test.each([1, 2, 3])('2x2 by hand, %i rounds', (rounds) => {
  const model = modelOf({ rounds, radius: 1, dilation: 1 });
  tell(model, known);
  const unary = tf.tensor4d(
    logits.flatMap((v) => [v, 0]),
    [1, 2, 2, 2],
  );
  const guide = tf.tensor4d(
    light.flatMap((v) => [v, v, v]),
    [1, 2, 2, 3],
  );
  const kernel = (i: number, j: number) => {
    const d2 = ((i % 2) - (j % 2)) ** 2 + (Math.floor(i / 2) - Math.floor(j / 2)) ** 2;
    const colours = 3 * (light[i] - light[j]) ** 2;
    return 0.7 * Math.exp(-d2 / (2 * 1.5 ** 2)) + 0.4 * Math.exp(-d2 / (2 * 2 ** 2) - colours / (2 * 0.3 ** 2));
  };
  // Of two classes the logits' difference is all there is.
  const share = (difference: number) => 1 / (1 + Math.exp(-difference));
  let q = logits.map((v) => share(1.2 * v));
  let differences: number[] = [];
  for (let round = 0; round < rounds; round++) {
    differences = logits.map((v, i) => {
      const heard = q.reduce((sum, other, j) => sum + (i === j ? 0 : kernel(i, j) * (2 * other - 1)), 0);
      return 1.2 * v + heard;
    });
    q = differences.map(share);
  }
  const found = run(model, unary, guide);
  for (const [i, difference] of differences.entries())
    expect(found[2 * i] - found[2 * i + 1]).toBeCloseTo(difference, 4);
});

test('begins with as many weights as it says, and smooths: a wrong position among right ones is outvoted', () => {
  const model = modelOf({}, 4);
  expect(model.countParams()).toBe(6 + 4 ** 2);
  const unary = tf.tensor4d(
    Array.from({ length: 81 * 2 }, (_, i) => (i % 2 === 0 ? (i / 2 === 40 ? -0.5 : 0.5) : 0)),
    [1, 9, 9, 2],
  );
  const found = run(modelOf({}), unary, tf.fill([1, 9, 9, 3], 0.5));
  expect(found[2 * 40] - found[2 * 40 + 1]).toBeGreaterThan(0);
});

test('an edge of the picture divides what each side hears', () => {
  const model = modelOf({ rounds: 1, radius: 1, dilation: 1 });
  tell(model, { ...known, smoothness: 1e-6, colour: 0.05 });
  const unary = tf.tensor4d([2, 0, 0, 0], [1, 1, 2, 2]);
  const heard = (right: number) => {
    const guide = tf.tensor4d([0, 0, 0, right, right, right], [1, 1, 2, 3]);
    const [, , first, second] = run(model, unary, guide);
    return first - second;
  };
  expect(heard(0)).toBeGreaterThan(0.1);
  expect(Math.abs(heard(1))).toBeLessThan(1e-4);
});

test('gradients in logits and in every weight are those of differences', async () => {
  const model = modelOf({ rounds: 2, radius: 1, dilation: 2 }, 3);
  tell(model, known);
  const unary = tf.randomNormal<tf.Rank.R4>([1, 4, 5, 3], 0, 1, 'float32', 1);
  const guide = tf.randomUniform<tf.Rank.R4>([1, 4, 5, 3], 0, 1, 'float32', 2);
  const target = tf.randomNormal<tf.Rank.R4>([1, 4, 5, 3], 0, 1, 'float32', 3);
  const loss = (x: tf.Tensor4D) => (model.apply([x, guide]) as tf.Tensor4D).mul(target).sum() as tf.Scalar;
  await expectGradient(loss, unary);
  const weights = model.trainableWeights as unknown as { val: tf.Variable; name: string }[];
  expect(weights).toHaveLength(7);
  for (const weight of weights) {
    const variable = weight.val;
    await expectGradient(
      (x) => {
        weight.val = x as tf.Variable;
        try {
          return loss(unary);
        } finally {
          weight.val = variable;
        }
      },
      variable.clone(),
      { tolerance: 0.02 },
    );
  }
});

test('answers in onnxruntime as in tensorflow', async () => {
  const model = modelOf({ rounds: 2, radius: 2, dilation: 2 }, 3);
  tell(model, known);
  const pictures = [1, 2].map((seed) => tf.randomUniform<tf.Rank.R4>([2, 9, 11, 3], 0, 1, 'float32', seed));
  await expectOnnxEqual(model, [pictures[0].mul(4) as tf.Tensor4D, pictures[1]]);
});
