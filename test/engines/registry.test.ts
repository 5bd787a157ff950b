import { expect, test } from 'vitest';
import * as registered from '../../src/engines/index.js';
import {
  DEFAULT_ENGINE,
  DEFAULT_TRAINING_ENGINE,
  type EngineName,
  engines,
  enginesThat,
  openSession,
  type TrainingEngineName,
  trainOn,
} from '../../src/engines/registry.js';
import { readModelFile } from '../../src/onnx/modelFile.js';
import { reluModel } from '../helpers/tinyModel.js';

test('every engine that is registered has a name of its own and can do something', () => {
  expect(engines).toHaveLength(Object.keys(registered).length);
  expect(new Set(engines.map(({ name }) => name)).size).toBe(engines.length);
  for (const { load, train, devices } of engines) {
    expect(load ?? train).toBeDefined();
    expect(devices).not.toEqual([]);
  }
});

test('the defaults can do what they are the defaults of', () => {
  expect(enginesThat('load')).toContain(DEFAULT_ENGINE);
  expect(enginesThat('train')).toContain(DEFAULT_TRAINING_ENGINE);
});

test('an engine that is not known, or that does something else, is refused with those that do', async () => {
  const model = await readModelFile(reluModel);
  const wrong = { code: 'E_OPTION', subject: 'engine', expected: 'onnx or tensorflow' };
  for (const name of ['webgpu', 'abacus']) {
    await expect(openSession(model, { engine: name as EngineName })).rejects.toMatchObject({
      ...wrong,
      received: name,
    });
  }
  await expect(trainOn('onnx' as TrainingEngineName)).rejects.toMatchObject({ expected: 'tensorflow or webgpu' });
});
