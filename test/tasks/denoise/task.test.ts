import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import type { NamedTensors } from '../../../src/engines/engine.js';
import { readModel } from '../../../src/engines/weights.js';
import type { Pixels, Raster, Samples } from '../../../src/images/raster.js';
import { readWindow } from '../../../src/images/readWindow.js';
import { modelCard } from '../../../src/onnx/modelFile.js';
import type { DenoiseFacts } from '../../../src/tasks/denoise/facts.js';
import { denoise } from '../../../src/tasks/denoise/task.js';
import type { TiledPlan } from '../../../src/tasks/plan.js';
import { noisyScene } from '../../helpers/noisyScene.js';

const card = (channels: 1 | 3, normalisation?: { mean: number[]; scale: number[] }) =>
  modelCard.parse({
    name: 'fake',
    task: 'denoise',
    network: 'fake',
    licence: 'none',
    data: [],
    channels,
    normalisation,
    stride: 1,
    receptiveRadius: 0,
    parameters: 1,
  });

const rasterOf = (data: Samples, shape: number[]): Raster => ({
  pixels: ndarray(data, shape),
  metadata: { format: 'npy', bitDepth: 32 },
});

/** A network that subtracts the noise level from every sample. */
const subtractSigma = ({ image, sigma }: NamedTensors): NamedTensors => {
  const [, channels, height, width] = image.dims;
  const size = height * width;
  const data = image.data.map((value, i) => value - sigma.data[Math.floor(i / (channels * size)) * size + (i % size)]);
  return { clean: { data, dims: image.dims } };
};

async function run(raster: Raster, given: { sigma?: number; strength?: number }, model = card(3)) {
  const facts = await denoise.measure(raster, denoise.options.parse(given), model, {});
  const [height, width] = raster.pixels.shape;
  const window = readWindow(raster, { y: 0, x: 0, height, width });
  return { facts, ...(await through(facts, window, model)) };
}

/** What the network is given for a window, and what becomes of its answer. */
async function through(facts: DenoiseFacts, window: Pixels, model = card(3)) {
  let inputs: NamedTensors = {};
  const plan = denoise.plan(facts, model, 'balanced') as TiledPlan | undefined;
  const result = await plan?.window(window, async (given) => {
    inputs = given;
    return subtractSigma(given);
  });
  return { inputs, result: result ?? window };
}

/** As where no option was given and nothing but white noise was found. */
const plain = { strength: 1, chroma: 1, grain: 0, isWhite: true };

const colour = rasterOf(new Float32Array([0.5, 0.25, 0.75, 1, 0, 0.5]), [1, 2, 3]);
const grey = rasterOf(new Float32Array([0.5, 0.25]), [1, 2, 1]);

test('inputs are planes and a map of the level in 0..1 units', async () => {
  const { inputs } = await run(colour, { sigma: 51 });
  expect(inputs.image).toEqual({ data: new Float32Array([0.5, 1, 0.25, 0, 0.75, 0.5]), dims: [1, 3, 1, 2] });
  expect(inputs.sigma).toEqual({ data: new Float32Array([0.2, 0.2]), dims: [1, 1, 1, 2] });
});

test.each([
  ['colour', colour, card(3), [1, 3, 1, 2], [0.3, 0.05, 0.55, 0.8, -0.2, 0.3]],
  ['colour through a grey model', colour, card(1), [3, 1, 1, 2], [0.3, 0.05, 0.55, 0.8, -0.2, 0.3]],
  ['grey', grey, card(1), [1, 1, 1, 2], [0.3, 0.05]],
  ['grey through a colour model', grey, card(3), [1, 3, 1, 2], [0.3, 0.05]],
  ['a model with its own normalisation', grey, card(1, { mean: [0.5], scale: [0.5] }), [1, 1, 1, 2], [0.4, 0.15]],
])('%s', async (_, raster, model, dims, expected) => {
  const { inputs, result } = await run(raster, { sigma: 51 }, model);
  expect(inputs.image.dims).toEqual(dims);
  expect(result.shape).toEqual(raster.pixels.shape);
  for (const [i, value] of expected.entries()) expect(result.data[i]).toBeCloseTo(value, 6);
});

test.each([
  ['given', { sigma: 25 }, { sigma: 25, noise: 25, noiseEstimated: false }],
  ['given, half strength', { sigma: 25, strength: 0.5 }, { sigma: 12.5, noise: 25, noiseEstimated: false }],
  ['no more than the models know', { sigma: 60, strength: 2 }, { sigma: 75, noise: 60, noiseEstimated: false }],
  ['a clean picture', {}, { sigma: 0, noise: 0, noiseEstimated: true }],
])('report: %s', async (_, given, report) => {
  expect(denoise.report((await run(colour, given)).facts)).toEqual(report);
});

test('the level is estimated where it is not given', async () => {
  const { facts } = await run(rasterOf(noisyScene({ sigma: 20 / 255 }), [96, 128, 1]), {}, card(1));
  expect(facts.estimated).toBe(true);
  expect(facts.sigma * 255).toBeGreaterThan(18.5);
  expect(facts.sigma * 255).toBeLessThan(21.5);
});

describe('noise that depends on brightness', () => {
  const curve = { offset: 0.0001, gain: 0.01, least: 0 };
  const facts = { ...plain, sigma: 0.04, noise: 0.08, estimated: true, curve };

  test('the map has the level at the brightness round each pixel, times the strength', async () => {
    const [height, width] = [12, 20];
    const half = Float32Array.from({ length: height * width }, (_, i) => (i % width < 10 ? 0.2 : 0.8));
    const window = ndarray(half, [height, width, 1]);
    const { sigma } = (await through(facts, window, card(1))).inputs;
    const at = (x: number) => sigma.data[5 * width + x];
    expect(at(0)).toBeCloseTo(Math.sqrt(0.0021) / 2, 6);
    expect(at(19)).toBeCloseTo(Math.sqrt(0.0081) / 2, 6);
    // Three of the seven pixels round it are on the other side.
    expect(at(9)).toBeCloseTo(Math.sqrt(0.0001 + (0.01 * (4 * 0.2 + 3 * 0.8)) / 7) / 2, 6);
  });

  test('channels count alike, and each plane of a grey model has the map of the picture', async () => {
    const window = ndarray(new Float32Array([0.2, 0.2, 0.8]), [1, 1, 3]);
    const level = Math.sqrt(0.0001 + 0.01 * 0.4) / 2;
    for (const [model, planes] of [
      [card(3), 1],
      [card(1), 3],
    ] as const) {
      const { sigma } = (await through(facts, window, model)).inputs;
      expect(sigma.dims).toEqual([planes, 1, 1, 1]);
      for (const value of sigma.data) expect(value).toBeCloseTo(level, 6);
    }
  });

  test('no more than the models know', async () => {
    const window = ndarray(new Float32Array(4).fill(1), [2, 2, 1]);
    const { sigma } = (await through({ ...facts, curve: { ...curve, gain: 1 } }, window, card(1))).inputs;
    expect(Math.max(...sigma.data)).toBeCloseTo(75 / 255, 6);
  });

  test('tiles overlap by what the guide sees, and the report tells both ends', () => {
    expect(denoise.plan(facts, card(3), 'balanced')).toMatchObject({ reach: 3 });
    expect(denoise.plan({ ...facts, curve: undefined }, card(3), 'balanced')).toMatchObject({ reach: 0 });
    expect(denoise.report(facts)).toMatchObject({ noise: 20.4, shadows: 2.55, lights: 25.63 });
  });
});

describe('what the estimator finds', () => {
  const levels = ndarray(new Float32Array([0.03, 0.05]), [1, 1, 2]);
  const found = { luma: 0.03, chroma: 0.05, shadows: 0.04, lights: 0.02 };
  const facts: DenoiseFacts = { ...plain, sigma: 0.06, noise: 0.04, estimated: true, isWhite: false, found };
  const three = ndarray(new Float32Array([0.5, 0.5, 0.5]), [1, 1, 3]);

  test('the network is told luma and chroma, strength included, or what white noise of such luma has', async () => {
    const { inputs } = await through({ ...facts, chroma: 2 }, three);
    expect(inputs.noise.dims).toEqual([1, 2, 1, 1]);
    expect(inputs.noise.data[0]).toBeCloseTo(0.045, 6);
    expect(inputs.noise.data[1]).toBeCloseTo(0.15, 6);
    expect(inputs.sigma.data[0]).toBeCloseTo(0.045 / 0.66856, 4);
  });

  test('a grey photo has no chroma, and its own noise for luma', async () => {
    const { inputs } = await through(facts, ndarray(new Float32Array([0.5]), [1, 1, 1]), card(3));
    expect(inputs.noise.data[0]).toBeCloseTo(0.045, 6);
    expect(inputs.noise.data[1]).toBe(0);
    expect(inputs.sigma.data[0]).toBeCloseTo(0.045, 6);
  });

  test('where there is a map, each window has its part of it as two more channels', async () => {
    const own = { ...facts, found: { ...found, levels } };
    expect(denoise.plan(own, card(3), 'balanced')).toMatchObject({ beside: levels });
    const seen = ndarray(new Float32Array([0.5, 0.5, 0.5, 0.01, 0.02]), [1, 1, 5]);
    const { inputs, result } = await through(own, seen);
    expect(inputs.image.dims).toEqual([1, 3, 1, 1]);
    expect(inputs.noise.data[0]).toBeCloseTo(0.015, 6);
    expect(inputs.noise.data[1]).toBeCloseTo(0.03, 6);
    expect(result.shape).toEqual([1, 1, 3]);
  });

  test('is told in 8-bit units', () => {
    expect(denoise.report({ ...facts, jpegQuality: 40 })).toEqual({
      ...{ sigma: 15.3, noise: 10.2, noiseEstimated: true, noiseKind: 'camera', jpegQuality: 40 },
      ...{ luma: 7.65, chroma: 12.75, shadows: 10.2, lights: 5.1 },
    });
  });
});

test('white noise that was said is told as luma and chroma, too', async () => {
  const { inputs } = await run(colour, { sigma: 51 });
  expect(inputs.noise.dims).toEqual([1, 2, 1, 2]);
  for (const [i, value] of [0.2 * 0.66856, 0.2 * 0.66856, 0.2 * 0.64036, 0.2 * 0.64036].entries()) {
    expect(inputs.noise.data[i]).toBeCloseTo(value, 4);
  }
});

describe('no noise, no change', () => {
  test.each([
    ['a clean picture', {}],
    ['sigma 0', { sigma: 0 }],
    ['strength 0', { sigma: 25, strength: 0 }],
  ])('%s', async (_, given) => {
    const { result } = await run(colour, given);
    expect(result.data).toEqual(colour.pixels.data);
  });
});

describe('the model', () => {
  const jpeg: Raster = { ...colour, metadata: { format: 'jpeg', bitDepth: 8 } };
  const camera = { ...plain, sigma: 0.1, noise: 0.1, estimated: true, isWhite: false };

  test.each([
    ['white noise that was said, in grey, fast', grey, { sigma: 9 }, 'fast', undefined, 'denoise-grey-fast'],
    ['white noise that was said, in grey', grey, { sigma: 9 }, 'balanced', undefined, 'denoise-grey'],
    ['white noise that was said, in colour, fast', colour, { sigma: 9 }, 'fast', undefined, 'denoise-colour-fast'],
    ['white noise that was said, in colour', colour, { sigma: 9 }, 'best', undefined, 'denoise-colour'],
    ['noise that was said, in a JPEG', jpeg, { sigma: 9 }, 'balanced', undefined, 'denoise-camera'],
    ['colour noise of its own', colour, { sigma: 9, chroma: 2 }, 'balanced', undefined, 'denoise-camera'],
    ['before the photo is measured', colour, {}, 'balanced', undefined, 'denoise-camera'],
    ['white noise that was found', colour, {}, 'balanced', { ...camera, isWhite: true }, 'denoise-colour'],
    ['what a camera leaves', colour, {}, 'balanced', camera, 'denoise-camera'],
    ['what a camera leaves, in grey', grey, {}, 'best', camera, 'denoise-camera'],
    ['what a camera leaves, fast', colour, {}, 'fast', camera, 'denoise-colour-fast'],
  ] as const)('for %s', async (_, raster, given, quality, facts, model) => {
    expect(denoise.model(denoise.options.parse(given), raster, quality, facts)).toBe(model);
    expect((await readModel(model)).card).toMatchObject({ name: model, task: 'denoise' });
  });
});

test.each([
  { sigma: -1 },
  { sigma: 76 },
  { sigma: Number.NaN },
  { strength: 3 },
  { strength: -0.1 },
  { chroma: 2.1 },
  { grain: 1.1 },
])('refuses %o', (given) => {
  expect(denoise.options.safeParse(given).success).toBe(false);
});
