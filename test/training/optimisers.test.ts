import { describe, expect, test } from 'vitest';
import * as tf from '../../src/core/tf.js';
import { adadelta } from '../../src/training/optimisers/adadelta.js';
import { adagrad } from '../../src/training/optimisers/adagrad.js';
import { adam } from '../../src/training/optimisers/adam.js';
import { momentum } from '../../src/training/optimisers/momentum.js';
import { Optimiser, type OptimiserOptions } from '../../src/training/optimisers/optimiser.js';
import type { UpdateRule } from '../../src/training/optimisers/updateRule.js';

/** The weight after each of the given gradients, from 1 on, at a rate of 0.1. */
function descend(rule: UpdateRule, gradients: number[], options: OptimiserOptions = {}): number[] {
  const w = tf.variable(tf.tensor1d([1]));
  const optimiser = new Optimiser(rule, { w }, options);
  return gradients.map((gradient, i) => {
    optimiser.apply({ w: tf.tensor1d([gradient]) }, 0.1, i + 1);
    return w.dataSync()[0];
  });
}

describe('update rules, two steps by hand', () => {
  test.each<[string, UpdateRule, number[], number[]]>([
    ['plain SGD: w - 0.1 g', momentum({ momentum: 0 }), [2, -1], [0.8, 0.9]],
    ['momentum: v = 0.9 v + g', momentum(), [2, -1], [0.8, 0.8 - 0.1 * 0.8]],
    // Adam's first step is the rate itself; m = 0.08, v = 0.004996 in the second, each divided by its bias.
    ['adam', adam(), [2, -1], [0.9, 0.9 - (0.1 * (0.08 / 0.19)) / Math.sqrt(0.004996 / 0.001999)]],
    ['adagrad: g / sqrt(sum of squares)', adagrad(), [2, -1], [0.9, 0.9 + 0.1 / Math.sqrt(5)]],
    // g2 = 0.05 * 4; step = 2 sqrt(1e-6 / (0.2 + 1e-6)).
    ['adadelta', adadelta(), [2], [1 - 0.1 * 2 * Math.sqrt(1e-6 / 0.200001)]],
  ])('%s', (_, rule, gradients, expected) => {
    descend(rule, gradients).forEach((w, i) => {
      expect(w).toBeCloseTo(expected[i], 6);
    });
  });
});

describe('the optimiser', () => {
  test.each<[string, OptimiserOptions, number]>([
    ['a rate of a layer of its own', { rateOf: () => 0.5 }, 0.9],
    ['a frozen layer', { rateOf: () => 0 }, 1],
    ['decoupled weight decay', { decay: 0.5 }, 0.95 - 0.2],
    ['a clipped gradient', { clipNorm: 1 }, 0.9],
    ['a gradient below the clip', { clipNorm: 4 }, 0.8],
  ])('%s', (_, options, expected) => {
    expect(descend(momentum(), [2], options)[0]).toBeCloseTo(expected, 6);
  });

  test('clips all gradients by their common norm', () => {
    const [a, b] = [tf.variable(tf.tensor1d([0])), tf.variable(tf.tensor1d([0]))];
    new Optimiser(momentum(), { a, b }, { clipNorm: 1 }).apply({ a: tf.tensor1d([3]), b: tf.tensor1d([4]) }, 1, 1);
    expect([a.dataSync()[0], b.dataSync()[0]]).toEqual([expect.closeTo(-0.6, 6), expect.closeTo(-0.8, 6)]);
  });

  test('leaves no tensor behind', () => {
    const w = tf.variable(tf.tensor1d([1]));
    const optimiser = new Optimiser(adam(), { w }, { clipNorm: 1, decay: 0.1 });
    const gradient = tf.tensor1d([1]);
    const before = tf.memory().numTensors;
    for (let i = 1; i < 5; i++) optimiser.apply({ w: gradient }, 0.1, i);
    expect(tf.memory().numTensors).toBe(before);
  });
});
