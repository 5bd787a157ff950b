import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { cacheDirOf } from '../../src/cli/io.js';
import * as tf from '../../src/core/tf.js';
import type { NamedTensors, Session } from '../../src/engines/engine.js';
import { DEFAULT_ENGINE, type EngineName, enginesThat, openSession } from '../../src/engines/registry.js';
import { loadTensorflow, openTensorflow } from '../../src/engines/tensorflow/tensorflow.js';
import { readModel, readWeightsIndex, shippedWeights } from '../../src/engines/weights.js';
import { type ModelFile, readModelFile } from '../../src/onnx/modelFile.js';
import { decodeModel } from '../../src/onnx/onnxProto.js';
import { floatTensor } from '../../src/onnx/onnxTensor.js';
import { reluModel, tinyCard, tinyModel } from '../helpers/tinyModel.js';

const cacheDir = cacheDirOf(process.platform, process.env);
const shipped = await readWeightsIndex();
const others = enginesThat('load').filter((name) => name !== DEFAULT_ENGINE);

beforeAll(async () => {
  await loadTensorflow({ cacheDir });
});

/** A feed for whatever a model takes: free sizes are a multiple of its stride, not square. */
function feedFor({ bytes, card }: ModelFile, scale = 1): NamedTensors {
  const free = [1, card.channels, 2 * scale * card.stride, 3 * scale * card.stride];
  const { graph } = decodeModel(bytes);
  const weights = new Set(graph.initializer.map(({ name }) => name));
  const entries = graph.input
    .filter(({ name }) => !weights.has(name))
    .map(({ name, type }) => {
      const dims = type!.tensorType!.shape!.dim.map((size, axis) => size.dimValue || free[axis]!);
      const length = dims.reduce((product, size) => product * size, 1);
      return [name, { dims, data: Float32Array.from({ length }, (_, i) => 0.5 + 0.4 * Math.sin(i * i)) }] as const;
    });
  return Object.fromEntries(entries);
}

async function answer(model: ModelFile, engine: EngineName, feed: NamedTensors): Promise<NamedTensors> {
  const session = await openSession(model, { engine, cacheDir });
  const outputs = await session.run(feed);
  await session.dispose();
  return outputs;
}

describe.each(Object.entries(shipped))('the shipped model %s', (name, { file, sha256, task }) => {
  test.each(others)('is answered the same by %s and by the default engine, to 1e-4', async (other) => {
    const model = await readModel(name);
    for (const scale of [4, 7]) {
      const feed = feedFor(model, scale);
      const expected = await answer(model, DEFAULT_ENGINE, feed);
      const received = await answer(model, other, feed);
      expect(Object.keys(received)).toEqual(Object.keys(expected));
      for (const [output, { data, dims }] of Object.entries(expected)) {
        expect(received[output]!.dims).toEqual(dims);
        // Of the largest where values go beyond 1: logits do, by tens.
        const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
        const worst = data.reduce((most, value, i) => Math.max(most, Math.abs(value - received[output]!.data[i]!)), 0);
        expect(worst, `largest difference of ${output}`).toBeLessThan(1e-4 * largest);
      }
    }
  });

  test('is the one of the index, and its card says what it is', async () => {
    const bytes = await readFile(path.join(shippedWeights(), file));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
    expect((await readModel(name)).card).toMatchObject({ name, task });
  });
});

describe('a session of TensorFlow', () => {
  const blur = tinyModel(
    [
      { op: 'Conv', in: ['image', 'k'], out: ['blurred'], with: { pads: [1, 1, 1, 1] } },
      { op: 'Sub', in: ['image', 'blurred'], out: ['out'] },
    ],
    { image: [1, 1, null, null] },
    ['out'],
    [floatTensor('k', [1, 1, 3, 3], Array(9).fill(1))],
  );
  const image = (height: number, width: number, channels = 1): NamedTensors => ({
    image: { data: new Float32Array(channels * height * width).fill(1), dims: [1, channels, height, width] },
  });
  const open = async (bytes: Uint8Array): Promise<Session> =>
    openTensorflow(await readModelFile(bytes, { overrides: tinyCard }), { cacheDir });

  test('keeps nothing between runs, and nothing after dispose', async () => {
    const empty = tf.memory().numTensors;
    const session = await open(blur);
    await session.run(image(8, 8));
    const held = tf.memory().numTensors;
    for (let i = 0; i < 20; i++) await session.run(image(8 + i, 9));
    expect(tf.memory().numTensors).toBe(held);
    await expect(session.run(image(8, 8, 2))).rejects.toThrow();
    expect(tf.memory().numTensors).toBe(held);
    await Promise.all([session.dispose(), session.dispose()]);
    expect(tf.memory().numTensors).toBe(empty);
  });

  test('answers overlapping calls each with its own', async () => {
    const session = await open(blur);
    const sizes = [3, 5, 4, 9];
    const outputs = await Promise.all(sizes.map((size) => session.run(image(size, size))));
    expect(outputs.map(({ out }) => out!.dims[2])).toEqual(sizes);
    await session.dispose();
  });

  test('names what it runs on', async () => {
    const session = await open(reluModel);
    expect(session).toMatchObject({ engine: 'tensorflow', provider: expect.stringMatching(/^[cg]pu$/) });
    await session.dispose();
  });

  test.each([
    [
      'a wrong number of channels',
      blur,
      image(8, 8, 2),
      { code: 'E_MODEL', received: expect.stringContaining('image 1 x 2 x 8 x 8') },
    ],
  ])('says what is wrong with %s', async (_, bytes, inputs, error) => {
    const session = await open(bytes);
    await expect(session.run(inputs)).rejects.toMatchObject(error);
    await session.dispose();
  });

  test('refuses an operator that it does not know, by name', async () => {
    const bytes = tinyModel([{ op: 'Sharpen', in: ['image'], out: ['out'] }], { image: [1, 1, null, null] }, ['out']);
    await expect(open(bytes)).rejects.toMatchObject({ code: 'E_MODEL', received: 'operators Sharpen' });
  });
});
