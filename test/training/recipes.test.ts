import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ndarray from 'ndarray';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cacheDirOf } from '../../src/cli/io.js';
import { random } from '../../src/core/random.js';
import { seeded } from '../../src/core/seeded.js';
import * as tf from '../../src/core/tf.js';
import { loadTensorflow } from '../../src/engines/tensorflow/tensorflow.js';
import { eigenWindow } from '../../src/models/eigenWindow.js';
import { koehlerMlp } from '../../src/models/koehlerMlp.js';
import { networkFor, networks, networksFor } from '../../src/models/registry.js';
import { schulerMlp } from '../../src/models/schulerMlp.js';
import { depth } from '../../src/tasks/depth/train.js';
import { inpaint } from '../../src/tasks/inpaint/train.js';
import { learnables } from '../../src/tasks/learnables.js';
import type { Batch } from '../../src/training/datasets/batchOf.js';
import type { ExampleFiles } from '../../src/training/datasets/exampleFiles.js';
import type { DrawOptions } from '../../src/training/learnable.js';
import { adam } from '../../src/training/optimisers/adam.js';
import { Optimiser } from '../../src/training/optimisers/optimiser.js';
import type { BatchMaker } from '../../src/training/prefetch.js';
import { recipeOf } from '../../src/training/recipeOf.js';
import { trainableWeights } from '../../src/training/train.js';

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
  'pose-net': { width: 0.05 },
  'cell-unet': { widths: [4, 8], blocks: 1 },
  'ciresan-n4': { maps: 4, hidden: 6 },
  tompson: { width: 0.02, reach: 2 },
  farabet: { width: 0.1, head: 'linear', classes: 4 },
  'eigen-coarse-fine': { scale: 'coarse', size: [100, 124], width: 0.05 },
  'eigen-multiscale': { size: [100, 124], width: 0.05, scales: '1+2', trunk: 'alexnet', classes: 3 },
};
const examples: Record<string, object> = {
  deblur: { kernelSize: 9 },
  normals: { normalsWindow: 5 },
  scene: { normalsWindow: 5 },
};

const [WIDTH, HEIGHT] = [140, 112];
let folder: string;
let photos: ExampleFiles[];
afterAll(() => rm(folder, { recursive: true, force: true }));
let scenes: Record<'depth' | 'labels' | 'joints' | 'cells', ExampleFiles[]>;

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
  scenes = { depth: [], labels: [], joints: [], cells: [] };
  const joints = path.join(folder, 'joints.json');
  // Two columns of seven joints, of which the last is hidden.
  const person = Array.from({ length: 14 }, (_, i) => [50 + 30 * (i % 2), 10 + 14 * Math.floor(i / 2), i < 13 ? 1 : 0]);
  await writeFile(joints, JSON.stringify(Object.fromEntries(names.map((name) => [name, person]))));
  for (const [n, name] of names.entries()) {
    const wave = (x: number, y: number, c: number) =>
      100 + 60 * Math.sin((x * (c + 1 + n) + y * 2) / 17) + 90 * ((Math.floor(x / 5) + Math.floor(y / 7)) % 2);
    const image = await picture(`photos/${name}`, 3, wave);
    photos.push({ image });
    scenes.depth.push({
      image,
      truth: await picture(`depth/${name}`, 1, (x, y) => (y < 9 ? 0 : 1500 + 9 * x + 5 * y)),
    });
    scenes.joints.push({ image, truth: joints });
    scenes.cells.push({ image, truth: await picture(`cells/${name}`, 1, (x) => (x % 20 < 3 ? 0 : 255)) });
    scenes.labels.push({
      image,
      truth: await picture(`labels/${name}`, 1, (x) => Math.floor((4 * x) / WIDTH)),
      depth: scenes.depth[n].truth,
    });
  }
});

const pairs = Object.keys(learnables).flatMap((task) => networksFor(task).map((network) => ({ task, network })));

test('every network learns what it says it does, and every task has one by default', async () => {
  const learning = [...networks.values()].filter(({ tasks }) => Object.keys(tasks).length > 0);
  expect(new Set(pairs.map(({ network }) => network))).toEqual(new Set(learning.map(({ name }) => name)));
  for (const [task, { load }] of Object.entries(learnables)) {
    expect(networksFor(task)).toContain((await load()).network);
  }
});

async function built(taskName: string, networkName: string) {
  const task = await learnables[taskName].load();
  const { network, options } = networkFor(taskName, networkName, { ...tiny[networkName] });
  const model = seeded(random(1), () => network.build({ ...options, ...network.training }));
  const [, height, width, channels] = model.inputs[0].shape;
  const { stride } = network.geometry(options);
  // A picture is mirrored by 47 pixels.
  const side = Math.ceil((networkName === 'ciresan-n4' ? 48 : 40) / stride) * stride;
  const truth = task.truth[0];
  const draw = {
    files: truth === 'none' || truth === 'clean' ? photos : scenes[truth],
    ...{ channels, height: height ?? side, width: width ?? side, batch: 2, seed: 3, still: true },
    examples: task.examples.parse(examples[taskName] ?? {}),
    ...{ inputNames: model.inputNames, outputNames: model.outputNames },
  } as DrawOptions;
  const { default: maker } = (await import(task.batches.href)) as { default: BatchMaker<DrawOptions, Batch> };
  const batches = await maker(draw);
  const batch = await batches(0);
  const recipe = recipeOf({
    ...{ task, model, batches, seed: 1, validation: { '': [batch] }, shown: batch },
    network: { ...network, grid: network.grid?.(options) },
    loss: network.loss,
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
    const inverted = schulerMlp.inputs!({ image }, { kernel, clean }).image;
    const middle = (x: tf.Tensor) => x.slice([0, 8, 8, 0], [-1, 24, 24, -1]);
    return [inverted, image].map((x) => middle(x.sub(clean)).square().mean().dataSync()[0]) as unknown as tf.Tensor[];
  }) as unknown as number[];
  expect(error).toBeLessThan(blurred);
});

test.each([koehlerMlp, eigenWindow])('$name learns by the squared error of its paper', ({ loss }) => {
  const outputs = { clean: tf.tensor4d([0.5, 9, 0.1, 0.1], [2, 2, 1, 1]) };
  const targets = { clean: tf.zeros<tf.Rank.R4>([2, 2, 1, 1]) };
  const masks = { clean: tf.tensor4d([1, 0, 1, 1], [2, 2, 1, 1]) };
  expect(loss!(outputs, { inputs: {}, targets, masks }).dataSync()[0]).toBeCloseTo(0.27 / 3, 6);
});

test('the loss of inpainting counts the holes of all pictures alike, be they small or large', () => {
  const mask = tf.tensor4d([1, 0, 0, 0, 1, 1, 1, 1], [2, 2, 2, 1]);
  const clean = tf.zeros<tf.Rank.R4>([2, 2, 2, 3]);
  const answer = tf.tensor4d([0.5, 9, 9, 9, 0.1, 0.1, 0.1, 0.1], [2, 2, 2, 1]).tile([1, 1, 1, 3]) as tf.Tensor4D;
  const loss = inpaint.loss({ clean: answer }, { inputs: {}, targets: { clean }, masks: { clean: mask } });
  expect(loss.dataSync()[0]).toBeCloseTo((Math.log(2501) + Math.log(101)) / 2, 4);
});

const pixel = (...values: number[]) => ndarray(Float32Array.from(values), [1, 1, values.length]);

test('a network of depth and normals is scored for both', () => {
  const outputs = { depth: pixel(0.1), normals: pixel(0, 0, 1) };
  const targets = { depth: pixel(0.4), normals: pixel(0, 0.6, 0.8) };
  const masks = { depth: pixel(1), normals: pixel(1) };
  expect(depth.scores({ outputs, targets, masks })).toEqual({
    'rms log': expect.closeTo(0.3, 5),
    'share within 1.25': 0,
    'mean angle': expect.closeTo((Math.acos(0.8) * 180) / Math.PI, 3),
  });
  expect(depth.scores({ outputs: { depth: outputs.depth }, targets, masks })).not.toHaveProperty('mean angle');
});

test('what is not known, or was never the networks to change, is not scored', () => {
  const unknown = { outputs: { depth: pixel(9) }, targets: { depth: pixel(0) }, masks: { depth: pixel(0) } };
  expect(depth.scores(unknown)['rms log']).toBeNaN();
  const row = (...values: number[]) => ndarray(Float32Array.from(values), [1, values.length, 1]);
  const { psnr } = inpaint.scores({
    outputs: { clean: row(0, 0.6) },
    targets: { clean: row(1, 0.5) },
    masks: { clean: row(0, 1) },
  });
  expect(psnr).toBeCloseTo(-10 * Math.log10(0.01 / 2), 4);
});
