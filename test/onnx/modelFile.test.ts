import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readModel } from '../../src/engines/weights.js';
import { readModelFile, withCard } from '../../src/onnx/modelFile.js';
import { readMetadata, writeMetadata } from '../../src/onnx/onnxMetadata.js';
import { floatTensor } from '../../src/onnx/onnxTensor.js';
import { reluModel, tinyCard, tinyModel } from '../helpers/tinyModel.js';

const bare = tinyModel(
  [{ op: 'Mul', in: ['x', 'w'], out: ['y'] }],
  { x: [1, 3, null, null] },
  ['y'],
  [floatTensor('w', [3, 1, 1], [1, 2, 3])],
);

let weightsDir: string;
beforeAll(async () => {
  weightsDir = await mkdtemp(path.join(tmpdir(), 'perpixel-weights-'));
  const sha256 = createHash('sha256').update(reluModel).digest('hex');
  const damaged = reluModel.slice(0, -1);
  await writeFile(path.join(weightsDir, 'whole.onnx'), reluModel);
  await writeFile(path.join(weightsDir, 'damaged.onnx'), damaged);
  await writeFile(path.join(weightsDir, 'notes.onnx'), 'these are notes');
  await writeFile(path.join(weightsDir, 'empty.onnx'), '');
  await writeFile(path.join(weightsDir, 'bare.onnx'), bare);
  const entry = (file: string) => ({ file, sha256, task: 'denoise' });
  const index = { whole: entry('whole.onnx'), damaged: entry('damaged.onnx'), gone: entry('gone.onnx') };
  await writeFile(path.join(weightsDir, 'index.json'), JSON.stringify(index));
});
afterAll(() => rm(weightsDir, { recursive: true }));

describe('a model card', () => {
  test('comes back from the file it was written to', async () => {
    expect((await readModelFile(reluModel)).card).toEqual(tinyCard);
  });

  test('replaces the one before it and leaves other metadata and the graph alone', async () => {
    const renamed = withCard(writeMetadata(reluModel, { author: 'someone' }), { ...tinyCard, name: 'renamed' });
    expect(readMetadata(renamed)).toMatchObject({ name: 'renamed', author: 'someone', stride: '1' });
    expect(withCard(renamed, { ...tinyCard, name: 'renamed' })).toEqual(renamed);
  });

  test('of a file without one is what the options and the graph say', async () => {
    const overrides = { task: 'denoise', stride: 8, receptiveRadius: 20 };
    const { card } = await readModelFile(path.join(weightsDir, 'bare.onnx'), { overrides });
    expect(card).toMatchObject({ ...overrides, name: 'bare', channels: 3, parameters: 3, licence: 'unknown' });
    expect(card.normalisation).toEqual({ mean: [0], scale: [1] });
  });

  test.each([
    ['options win over the file', { stride: 4 }, { stride: 4, name: 'tiny' }],
    ['the file stands without options', {}, { stride: 1, name: 'tiny' }],
  ])('%s', async (_, overrides, card) => {
    expect((await readModelFile(reluModel, { overrides })).card).toMatchObject(card);
  });

  test.each([
    ['gaps', bare, 'receptiveRadius'],
    ['a wrong number', writeMetadata(reluModel, { stride: 'eight' }), 'stride'],
    ['broken JSON', writeMetadata(reluModel, { normalisation: '{"mean": [' }), 'normalisation'],
  ])('with %s is refused by the name of the field', async (_, bytes, field) => {
    await expect(readModelFile(bytes)).rejects.toThrow(expect.objectContaining({ code: 'E_MODEL' }));
    await expect(readModelFile(bytes)).rejects.toThrow(field);
  });
});

describe('loading a model', () => {
  test('by name checks its sum', async () => {
    const model = await readModel('whole', { weightsDir });
    expect(model.card.name).toBe('tiny');
    expect(Buffer.compare(model.bytes, reluModel)).toBe(0);
  });

  test('by path needs no index', async () => {
    const file = path.join(weightsDir, 'whole.onnx');
    expect(await readModel(file)).toMatchObject({ path: file, card: tinyCard });
  });

  test.each([
    ['an unknown name', 'sharpener', 'expected one of damaged, gone, whole, or the path'],
    ['a name that every object has', 'constructor', 'a model named constructor'],
    ['a damaged file', 'damaged', 'SHA-256'],
    ['a missing file', 'gone', 'gone.onnx: a model file that cannot be read (ENOENT)'],
    ['a missing path', 'nowhere/x.onnx', 'nowhere/x.onnx: a model file that cannot be read (ENOENT)'],
    ['text', 'notes.onnx', 'no ONNX model'],
    ['an empty file', 'empty.onnx', 'an empty file'],
  ])('fails on %s', async (_, name, message) => {
    const target = ['notes.onnx', 'empty.onnx'].includes(name) ? path.join(weightsDir, name) : name;
    const error = await readModel(target, { weightsDir }).catch((reason) => reason);
    expect(error).toMatchObject({ code: 'E_MODEL', message: expect.stringContaining(message) });
  });

  test('fails where there is no index', async () => {
    await expect(readModel('whole', { weightsDir: path.join(weightsDir, 'none') })).rejects.toThrow('index.json');
  });
});
