import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PerpixelError } from '../../src/core/errors.js';
import { random } from '../../src/core/random.js';
import * as tf from '../../src/core/tf.js';
import { readCheckpoint } from '../../src/training/checkpoint.js';
import { adam } from '../../src/training/optimisers/adam.js';
import { loadAveragedWeights } from '../../src/training/run.js';
import { readLog } from '../../src/training/runLog.js';
import { constant, cosine, stepwise } from '../../src/training/schedules.js';
import { type Recipe, type TrainOptions, train, trainableWeights } from '../../src/training/train.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

/** Learns y = 2 x + 1 from ten points a step. */
function line(): Recipe<Float32Array> {
  const model = tf.sequential({
    layers: [tf.layers.dense({ units: 1, inputShape: [1], kernelInitializer: 'zeros', name: 'line' })],
  });
  return {
    model,
    batch: (step) => random(3, 'batch', step).fillNormal(new Float32Array(10)),
    loss(x) {
      const input = tf.tensor2d(x, [10, 1]);
      return (model.apply(input) as tf.Tensor).sub(input.mul(2).add(1)).square().mean() as tf.Scalar;
    },
    validate: async () => ({ slope: model.getWeights()[0].dataSync()[0] }),
  };
}

const options = (run: string, more: Partial<TrainOptions> = {}): TrainOptions => ({
  run,
  steps: 60,
  rule: adam(),
  rate: constant(0.1),
  logEvery: 5,
  validateEvery: 20,
  ...more,
});

describe('train', () => {
  test('learns, logs and validates', async () => {
    const run = await temporaryFolder();
    const recipe = line();
    expect(await train(recipe, options(run, { steps: 200, averageDecay: 0.9 }))).toBe(200);
    const [kernel, bias] = recipe.model.getWeights().map((w) => w.dataSync()[0]);
    expect(kernel).toBeCloseTo(2, 1);
    expect(bias).toBeCloseTo(1, 1);
    const log = await readLog(run);
    expect(log.at(-1)!.step).toBe(200);
    expect(log.at(-1)!.loss).toBeLessThan(log[0].loss / 100);
    expect(log.filter((entry) => entry.scores).map((entry) => entry.step)).toEqual(
      Array.from({ length: 10 }, (_, i) => 20 * (i + 1)),
    );
  });

  test('goes on after a stop with the same curve and the same weights', async () => {
    const [whole, halved] = [await temporaryFolder(), await temporaryFolder()];
    const straight = line();
    await train(straight, options(whole));

    const stop = new AbortController();
    await train(line(), options(halved, { signal: stop.signal, report: ({ step }) => step === 30 && stop.abort() }));
    // What a killed run logged after its last checkpoint must not stay in the log.
    await writeFile(
      join(halved, 'log.jsonl'),
      '{"step":35,"steps":60,"loss":1,"rate":1,"secondsPerStep":1}\n{"step":4',
      { flag: 'a' },
    );
    const resumed = line();
    await train(resumed, options(halved));

    const curve = async (run: string) => (await readLog(run)).map(({ step, loss }) => [step, loss]);
    expect(await curve(halved)).toEqual(await curve(whole));
    expect(resumed.model.getWeights()[0].dataSync()).toEqual(straight.model.getWeights()[0].dataSync());
  });

  test('stops at a loss that is not finite, says where, and keeps the last good checkpoint', async () => {
    const run = await temporaryFolder();
    const recipe = line();
    const sound = recipe.loss;
    recipe.loss = (batch, step) =>
      step === 42 ? (tf.scalar(Number.NaN).mul(sound(batch, step)) as tf.Scalar) : sound(batch, step);
    await expect(train(recipe, options(run, { checkpointEvery: 0 }))).rejects.toThrow(/^step 43: a loss of NaN/);
    const { facts, tensors } = await readCheckpoint(join(run, 'checkpoint.safetensors'));
    // Of the weights after 42 steps the loss is NaN.
    expect(facts.step).toBe('41');
    expect(Object.values(tensors).every(({ data }) => data.every(Number.isFinite))).toBe(true);
  });

  test('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    const recipe = line();
    await train(recipe, options(await temporaryFolder()));
    recipe.model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('running statistics of batch normalisation are in the checkpoint, and in what is exported from it', async () => {
  const normalised = () => {
    const layers = [tf.layers.batchNormalization({ inputShape: [1], name: 'bn', momentum: 0.5 })];
    const model = tf.sequential({ layers });
    const loss = (x: Float32Array) => (model.apply(tf.tensor2d(x, [10, 1]), { training: true }) as tf.Tensor).mean();
    return { ...line(), model, loss: (x: Float32Array) => loss(x.map((v) => v + 5)) as tf.Scalar, validate: undefined };
  };
  const run = await temporaryFolder();
  const trained = normalised();
  await train(trained, options(run));
  const [mean] = trained.model.getLayer('bn').getWeights().slice(2);
  expect(mean.dataSync()[0]).toBeGreaterThan(4);
  const exported = normalised().model;
  expect(loadAveragedWeights(exported, await readCheckpoint(join(run, 'checkpoint.safetensors')))).toEqual([]);
  expect(exported.getLayer('bn').getWeights()[2].dataSync()).toEqual(mean.dataSync());
});

test('a convolution with fewer inputs takes the first of a run, one with more is left as it was', async () => {
  const convolution = (inputs: number) =>
    tf.sequential({
      layers: [tf.layers.conv2d({ inputShape: [null, null, inputs], filters: 2, kernelSize: 1, name: 'conv' })],
    });
  const kernel = (model: tf.LayersModel) => [...model.getLayer('conv').getWeights()[0].dataSync()];
  const tensors = {
    'average/conv/kernel': { shape: [1, 1, 3, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
    'average/conv/bias': { shape: [2], data: Float32Array.of(7, 8) },
  };
  const fewer = convolution(2);
  expect(loadAveragedWeights(fewer, { facts: {}, tensors })).toEqual([]);
  expect(kernel(fewer)).toEqual([1, 2, 3, 4]);
  const more = convolution(4);
  const before = kernel(more);
  expect(loadAveragedWeights(more, { facts: {}, tensors })).toEqual(['conv/kernel']);
  expect(kernel(more)).toEqual(before);
});

describe('a bad checkpoint', () => {
  const trained = async () => {
    const run = await temporaryFolder();
    await train(line(), options(run));
    return { run, file: join(run, 'checkpoint.safetensors') };
  };

  test.each<[string, (file: string) => Promise<unknown>, RegExp]>([
    ['cut short', async (file) => truncate(file, (await readFile(file)).length - 2), /ends at byte/],
    ['empty', (file) => truncate(file, 0), /0 bytes without a whole header/],
    ['text', (file) => writeFile(file, 'this is not a checkpoint at all'), /without a whole header/],
    ['a header that is not JSON', (file) => writeFile(file, Buffer.from('\x04\0\0\0\0\0\0\0oops')), /not JSON/],
  ])('%s is an error that names the file', async (_, damage, message) => {
    const { run, file } = await trained();
    await damage(file);
    const failure = await train(line(), options(run)).catch((error) => error);
    expect(failure).toBeInstanceOf(PerpixelError);
    expect(failure.code).toBe('E_CHECKPOINT');
    expect(failure.message).toMatch(message);
    expect(failure.message).toContain(file);
  });

  test('of another network is an error', async () => {
    const { run } = await trained();
    const wider = line();
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [1], name: 'line' })] });
    await expect(train({ ...wider, model }, options(run))).rejects.toThrow(/shape 1 x 1; expected .* of shape 1 x 2/);
  });
});

test('weights are named as their layers are, and are the variables themselves', () => {
  const { model } = line();
  const weights = trainableWeights(model);
  expect(Object.keys(weights)).toEqual(['line/kernel', 'line/bias']);
  weights['line/kernel'].assign(tf.tensor2d([[7]]));
  expect(model.getWeights()[0].dataSync()[0]).toBe(7);
});

describe('schedules', () => {
  test.each([
    ['constant', constant(2), [0, 9], [2, 2]],
    ['cosine', cosine(2, { steps: 10 }), [0, 5, 10, 20], [2, 1, 0, 0]],
    [
      'cosine with warm-up and floor',
      cosine(2, { steps: 12, warmup: 2, floor: 0.5 }),
      [0, 1, 2, 7, 12],
      [1, 2, 2, 1.5, 1],
    ],
    ['stepwise', stepwise(1, { at: [3, 5] }), [2, 3, 5], [1, 0.1, 0.01]],
  ])('%s', (_, schedule, steps, rates) => {
    steps.forEach((step, i) => {
      expect(schedule(step)).toBeCloseTo(rates[i], 9);
    });
  });
});
