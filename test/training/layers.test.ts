import { describe, expect, test } from 'vitest';
import { random } from '../../src/core/random.js';
import { seeded } from '../../src/core/seeded.js';
import * as tf from '../../src/core/tf.js';
import { xieSsda } from '../../src/models/xieSsda.js';
import { layerRates } from '../../src/training/layerRates.js';
import { adam } from '../../src/training/optimisers/adam.js';
import { train, trainableWeights } from '../../src/training/train.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

describe('rates of layers', () => {
  const weights = {
    'scale1_conv/kernel': tf.zeros([3, 3, 2, 4]),
    'scale1_conv/bias': tf.zeros([4]),
    'scale3_last/kernel': tf.zeros([5, 6]),
    'scale3_last/beta': tf.zeros([1]),
  };
  test.each([
    ['all the same', {}, [1, 1, 1, 1]],
    ['one scale only', { only: ['scale3'] }, [0, 0, 1, 1]],
    ['divided by the fan-in, a bias as its kernel', { divideByFanIn: true }, [1 / 18, 1 / 18, 1 / 5, 1 / 5]],
    [
      'factors, the longest beginning first',
      { factors: { scale: 0.5, scale1: 0, 'scale1_conv/b': 0.1 } },
      [0, 0.1, 0.5, 0.5],
    ],
    ['both', { only: ['scale1_conv/bias'], divideByFanIn: true }, [0, 1 / 18, 0, 0]],
  ])('%s', (_, options, expected) => {
    expect(Object.keys(weights).map(layerRates(weights, options))).toEqual(expected);
  });
});

test('an autoencoder of a stack is trained on the activations below it, and nothing else moves', async () => {
  const stack = seeded(random(1), () => xieSsda.build({ patch: 3, hidden: [12, 8], activations: true }));
  const weights = trainableWeights(stack);
  const values = () => Object.fromEntries(Object.entries(weights).map(([name, w]) => [name, [...w.dataSync()]]));
  const before = values();
  const stage = xieSsda.stage!({ patch: 3, hidden: [12, 8], layer: 2 })!;
  expect(stage.after).toEqual({ hidden: [12] });
  const loss = stage.loss!(stack);
  const clean = tf
    .tensor4d(random(2).fillNormal(new Float32Array(2 * 9 * 9), 0.2), [2, 9, 9, 1])
    .add(0.5) as tf.Tensor4D;
  const image = clean.add(0.1) as tf.Tensor4D;
  const losses: number[] = [];
  await train(
    {
      model: stack,
      batch: () => null,
      loss: () => loss({}, { inputs: { image }, targets: { clean }, masks: {} }),
    },
    {
      ...{ run: await temporaryFolder(), steps: 30, rule: adam(), rate: () => 0.02, logEvery: 1, averageDecay: 0 },
      rateOf: layerRates(weights, { only: stage.trains }),
      report: (entry) => losses.push(entry.loss),
    },
  );
  expect(losses.at(-1)).toBeLessThan(losses[0] / 2);
  const after = values();
  const moved = Object.keys(after).filter((name) => after[name].some((value, i) => value !== before[name][i]));
  expect(moved.sort()).toEqual(['decode2/bias', 'decode2/kernel', 'encode2/bias', 'encode2/kernel']);
});
