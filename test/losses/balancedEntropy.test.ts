import { expect, test } from 'vitest';
import * as tf from '../../src/core/tf.js';
import { balancedEntropy, logisticEntropy, membraneEntropy } from '../../src/losses/balancedEntropy.js';

const row = (...values: number[]) => tf.tensor4d(values, [1, 1, values.length, 1]);
const entropy = (logit: number, truth: number) => Math.log(1 + Math.exp(truth ? -logit : logit));

test('cross-entropy of logits, by hand, and finite for large ones', () => {
  const values = logisticEntropy(row(0, 2, -3, 200, -200), row(1, 0, 1, 0, 1)).dataSync();
  for (const [i, expected] of [Math.log(2), entropy(2, 0), entropy(-3, 1), 200, 200].entries()) {
    expect(values[i]).toBeCloseTo(expected, 5);
  }
});

test('classes of the same weight, however many pixels they have', () => {
  const [logits, truth] = [row(1, 2, 3, -1), row(1, 1, 1, 0)];
  const cells = (entropy(1, 1) + entropy(2, 1) + entropy(3, 1)) / 3;
  expect(balancedEntropy(logits, truth).dataSync()[0]).toBeCloseTo((cells + entropy(-1, 0)) / 2, 5);
  expect(balancedEntropy(row(1, 2), row(1, 1)).dataSync()[0]).toBeCloseTo((entropy(1, 1) + entropy(2, 1)) / 4, 5);
});

test('a pixel of a membrane counts as many times as is said', () => {
  const expected = (entropy(1, 1) + 3 * entropy(2, 0)) / 2;
  expect(membraneEntropy(row(1, 2), row(1, 0), 3).dataSync()[0]).toBeCloseTo(expected, 5);
});

test('gradients are those of differences', () => {
  const truth = row(1, 0, 0, 1, 1);
  const at = [0.3, -1.2, 2.5, 0.1, -0.4];
  for (const loss of [balancedEntropy, (x: tf.Tensor4D, t: tf.Tensor4D) => membraneEntropy(x, t, 2)]) {
    const gradient = tf
      .grad((x) => loss(x as tf.Tensor4D, truth))(row(...at))
      .dataSync();
    for (const i of at.keys()) {
      const moved = (by: number) => loss(row(...at.with(i, at[i] + by)), truth).dataSync()[0];
      expect(gradient[i]).toBeCloseTo((moved(0.01) - moved(-0.01)) / 0.02, 3);
    }
  }
});
