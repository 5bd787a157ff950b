import { expect, test } from 'vitest';
import { readWeightsIndex } from '../../src/engines/weights.js';
import { modelCard } from '../../src/onnx/modelFile.js';
import { perpixel } from '../helpers/perpixel.js';

test('models lists what is shipped', async () => {
  const { code, stdout } = await perpixel(['models']);
  expect(code).toBe(0);
  const names = Object.keys(await readWeightsIndex());
  expect(stdout.split('\n').filter((line) => /^\S/.test(line))).toEqual(names);
  expect(names).toEqual(expect.arrayContaining(['denoise-colour', 'denoise-grey']));
});

test('as JSON: the whole cards', async () => {
  const { stdout } = await perpixel(['models', 'denoise-grey', '--json']);
  const [card] = JSON.parse(stdout);
  expect(modelCard.parse(card)).toMatchObject({ name: 'denoise-grey', task: 'denoise', channels: 1 });
});

test('one that is not there', async () => {
  const names = Object.keys(await readWeightsIndex()).sort();
  expect(await perpixel(['models', 'sharpen'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`expected one of ${names.join(', ')}, or`),
  });
});

test('doctor tells that the embedded engine works, of every other one whether, and why not', async () => {
  const { code, stdout } = await perpixel(['doctor']);
  expect(code).toBe(0);
  expect(stdout).toContain('  yes  onnx on the CPU');
  for (const name of ['CUDA', 'WebGPU', 'CoreML', 'DirectML']) {
    expect(stdout).toMatch(new RegExp(`^  (yes|no )  onnx on the GPU by ${name}: .+`, 'm'));
  }
  expect(stdout).toMatch(/^ {2}yes {2}denoise-colour: /m);
});
