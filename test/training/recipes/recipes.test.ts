import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cacheDirOf } from '../../../src/cli/io.js';
import { random } from '../../../src/core/random.js';
import { seeded } from '../../../src/core/seeded.js';
import * as tf from '../../../src/core/tf.js';
import { loadTensorflow } from '../../../src/engines/tensorflow/tensorflow.js';
import { networks } from '../../../src/models/networks.js';
import type { Batch } from '../../../src/training/datasets/batchOf.js';
import type { ExampleFiles } from '../../../src/training/datasets/exampleFiles.js';
import { networkFor, networksFor } from '../../../src/training/networkFor.js';
import { adam } from '../../../src/training/optimisers/adam.js';
import { Optimiser } from '../../../src/training/optimisers/optimiser.js';
import type { BatchMaker } from '../../../src/training/prefetch.js';
import type { DrawOptions } from '../../../src/training/recipes/drawOptions.js';
import { exampleOptions, type TaskName } from '../../../src/training/recipes/exampleOptions.js';
import { networkInputs } from '../../../src/training/recipes/networkInputs.js';
import { networkLosses } from '../../../src/training/recipes/networkLosses.js';
import { recipeOf } from '../../../src/training/recipes/recipeOf.js';
import type { TrainingTask } from '../../../src/training/recipes/trainingTask.js';
import { trainingTasks } from '../../../src/training/recipes/trainingTasks.js';
import { trainableWeights } from '../../../src/training/train.js';

/** Of each network, so small that a step takes no time. */
const tiny: Record<string, object> = {
  'restoration-unet': { widths: [4, 8], blocks: 1 },
  'burger-mlp': { patchIn: 5, patchOut: 5, hidden: [16, 16] },
  'eigen-window': { hidden: 4 },
  'koehler-mlp': { patch: 4, hidden: [16] },
  'schuler-mlp': { patchIn: 7, patchOut: 5, hidden: [16] },
  'schuler-blind': { filters: 4, filterSize: 5, pairs: 2, kernels: [5, 9] },
  'xie-ssda': { patch: 4, hidden: [16, 16] },
  'scene-pyramid': { width: 0.05, classes: 4 },
  'eigen-coarse-fine': { scale: 'coarse', size: [100, 124], width: 0.05 },
  'eigen-multiscale': { size: [100, 124], width: 0.05, scales: '1+2', trunk: 'alexnet', classes: 3 },
};
const examples: Partial<Record<TaskName, object>> = {
  deblur: { kernelSize: 9 },
  normals: { normalsWindow: 5 },
  scene: { normalsWindow: 5 },
};

const [WIDTH, HEIGHT] = [140, 112];
let folder: string;
let photos: ExampleFiles[];
afterAll(() => rm(folder, { recursive: true, force: true }));
let scenes: Record<'depth' | 'labels', ExampleFiles[]>;

beforeAll(async () => {
  await loadTensorflow({ cacheDir: cacheDirOf(process.platform, process.env) });
  folder = await mkdtemp(path.join(tmpdir(), 'perpixel-test-'));
  const picture = async (name: string, channels: 1 | 3, value: (x: number, y: number, c: number) => number) => {
    const values = Float32Array.from({ length: WIDTH * HEIGHT * channels }, (_, i) =>
      value(Math.floor(i / channels) % WIDTH, Math.floor(i / channels / WIDTH), i % channels),
    );
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    const raw = { width: WIDTH, height: HEIGHT, channels };
    if (name.startsWith('depth')) {
      await sharp(Uint16Array.from(values), { raw }).toColourspace('grey16').png().toFile(file);
    } else await sharp(Uint8Array.from(values), { raw }).png().toFile(file);
    return file;
  };
  const names = ['a.png', 'b.png'];
  photos = [];
  scenes = { depth: [], labels: [] };
  for (const [n, name] of names.entries()) {
    const wave = (x: number, y: number, c: number) =>
      100 + 60 * Math.sin((x * (c + 1 + n) + y * 2) / 17) + 90 * ((Math.floor(x / 5) + Math.floor(y / 7)) % 2);
    const image = await picture(`photos/${name}`, 3, wave);
    photos.push({ image });
    scenes.depth.push({
      image,
      truth: await picture(`depth/${name}`, 1, (x, y) => (y < 9 ? 0 : 1500 + 9 * x + 5 * y)),
    });
    scenes.labels.push({
      image,
      truth: await picture(`labels/${name}`, 1, (x) => Math.floor((4 * x) / WIDTH)),
      depth: scenes.depth[n].truth,
    });
  }
});

const pairs = Object.keys(trainingTasks).flatMap((task) =>
  networksFor(task as TaskName).map((network) => ({ task: task as TaskName, network })),
);

test('every network learns some task, and every task has a network', () => {
  expect(new Set(pairs.map(({ network }) => network))).toEqual(new Set(Object.keys(networks)));
  expect(new Set(pairs.map(({ task }) => task))).toEqual(new Set(Object.keys(trainingTasks)));
});

async function built(taskName: TaskName, networkName: string) {
  const task: TrainingTask = trainingTasks[taskName];
  const { network, options } = networkFor(taskName, networkName, { ...tiny[networkName] });
  const model = seeded(random(1), () => network.build({ ...options, ...network.training }));
  const [, height, width, channels] = model.inputs[0].shape;
  const truth = task.truth[0];
  const draw = {
    files: truth === 'depth' || truth === 'labels' ? scenes[truth] : photos,
    ...{ channels, height: height ?? 40, width: width ?? 40, batch: 2, seed: 3, still: true },
    examples: exampleOptions[taskName].parse(examples[taskName] ?? {}),
    ...{ inputNames: model.inputNames, outputNames: model.outputNames },
  } as DrawOptions<TaskName>;
  const { default: maker } = (await import(task.batches.href)) as { default: BatchMaker<DrawOptions<TaskName>, Batch> };
  const batches = await maker(draw);
  const batch = await batches(0);
  const recipe = recipeOf({
    ...{ task, model, batches, seed: 1, validation: { '': [batch] }, shown: batch },
    network: { ...network, grid: network.grid?.(options) },
    prepare: networkInputs[networkName],
    loss: networkLosses[networkName],
  });
  return { task, model, batches, batch, recipe };
}

describe.each(pairs)('$task by $network', ({ task: taskName, network: networkName }) => {
  test('goes down a gradient that reaches every weight, and is scored and shown', async () => {
    const { task, model, batch, batches, recipe } = await built(taskName, networkName);
    expect(await batches(0)).toEqual(batch);
    expect(await batches(1)).not.toEqual(batch);

    const weights = trainableWeights(model);
    const optimiser = new Optimiser(adam(), weights);
    const losses: number[] = [];
    let before = 0;
    for (let step = 0; step < 8; step++) {
      // What a recipe makes once is there after the first step.
      if (step === 1) before = tf.memory().numTensors;
      const { value, grads } = tf.variableGrads(() => recipe.loss(batch, 0), Object.values(weights));
      losses.push(value.dataSync()[0]);
      const reached = Object.keys(weights).filter((name) => grads[weights[name].name]);
      const byName = Object.fromEntries(reached.map((name) => [name, grads[weights[name].name]]));
      if (step === 0) {
        const moved = reached.filter((name) => tf.tidy(() => byName[name].abs().max().dataSync()[0] > 0));
        // The last stage's picture has no part in the kernel's error.
        const idle = networkName === 'schuler-blind' ? ['sharp/log_beta'] : [];
        expect(Object.keys(weights).filter((name) => !moved.includes(name))).toEqual(idle);
      }
      optimiser.apply(byName, 2e-3, step + 1);
      tf.dispose([value, grads]);
    }
    expect(losses.every(Number.isFinite)).toBe(true);
    expect(Math.min(...losses.slice(1))).toBeLessThan(losses[0]);
    expect(tf.memory().numTensors).toBe(before);

    const scores = await recipe.validate!();
    expect(Object.keys(scores).length).toBeGreaterThan(0);
    for (const score of Object.values(scores)) expect(score).toEqual(expect.any(Number));
    const samples = await recipe.samples!();
    expect(samples).toHaveLength(2);
    for (const { answer, truth } of samples) {
      expect(answer.shape.slice(0, 2)).toEqual(truth.shape.slice(0, 2));
      expect(answer.data.every(Number.isFinite)).toBe(true);
    }
    expect(tf.memory().numTensors).toBe(before);
    expect(task.answer in batch.targets).toBe(true);
  });
});

test('regularised inversion brings a blurred picture closer to the sharp one', async () => {
  const { batch } = await built('deblur', 'schuler-mlp');
  const [error, blurred] = tf.tidy(() => {
    const [image, kernel, clean] = [batch.inputs.image, batch.targets.kernel, batch.targets.clean].map(
      ({ data, shape }) => tf.tensor4d(data, shape),
    );
    const inverted = networkInputs['schuler-mlp']({ image }, { kernel, clean }).image;
    const middle = (x: tf.Tensor) => x.slice([0, 8, 8, 0], [-1, 24, 24, -1]);
    return [inverted, image].map((x) => middle(x.sub(clean)).square().mean().dataSync()[0]) as unknown as tf.Tensor[];
  }) as unknown as number[];
  expect(error).toBeLessThan(blurred);
});

test.each(['koehler-mlp', 'eigen-window'])('%s learns by the squared error of its paper', (name) => {
  const outputs = { clean: tf.tensor4d([0.5, 9, 0.1, 0.1], [2, 2, 1, 1]) };
  const targets = { clean: tf.zeros<tf.Rank.R4>([2, 2, 1, 1]) };
  const masks = { clean: tf.tensor4d([1, 0, 1, 1], [2, 2, 1, 1]) };
  expect(networkLosses[name](outputs, { inputs: {}, targets, masks }).dataSync()[0]).toBeCloseTo(0.27 / 3, 6);
});

test('the loss of inpainting counts the holes of all pictures alike, be they small or large', () => {
  const mask = tf.tensor4d([1, 0, 0, 0, 1, 1, 1, 1], [2, 2, 2, 1]);
  const clean = tf.zeros<tf.Rank.R4>([2, 2, 2, 3]);
  const answer = tf.tensor4d([0.5, 9, 9, 9, 0.1, 0.1, 0.1, 0.1], [2, 2, 2, 1]).tile([1, 1, 1, 3]) as tf.Tensor4D;
  const loss = trainingTasks.inpaint.loss(
    { clean: answer },
    { inputs: {}, targets: { clean }, masks: { clean: mask } },
  );
  expect(loss.dataSync()[0]).toBeCloseTo((Math.log(2501) + Math.log(101)) / 2, 4);
});

test('a network of depth and normals is scored for both', () => {
  const outputs = { depth: tf.tensor4d([0.1], [1, 1, 1, 1]), normals: tf.tensor4d([0, 0, 1], [1, 1, 1, 3]) };
  const targets = { depth: tf.tensor4d([0.4], [1, 1, 1, 1]), normals: tf.tensor4d([0, 0.6, 0.8], [1, 1, 1, 3]) };
  const mask = tf.ones<tf.Rank.R4>([1, 1, 1, 1]);
  const { depth } = trainingTasks;
  const examples = { inputs: {}, targets, masks: { depth: mask, normals: mask } };
  const scores = Object.entries(depth.scores(outputs, examples)).map(([name, value]) => [name, value.dataSync()[0]]);
  expect(Object.fromEntries(scores)).toEqual({
    'rms log': expect.closeTo(0.3, 5),
    'share within 1.25': 0,
    'mean angle': expect.closeTo((Math.acos(0.8) * 180) / Math.PI, 3),
  });
  expect(Object.keys(depth.scores({ depth: outputs.depth }, examples))).not.toContain('mean angle');
});
