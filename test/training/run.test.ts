import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import * as tf from '../../src/core/tf.js';
import { restorationUnet } from '../../src/models/restorationUnet.js';
import { readCheckpoint, writeCheckpoint } from '../../src/training/checkpoint.js';
import { lockRun } from '../../src/training/lockRun.js';
import { claimRun, modelOfRuns, type RunConfig, readRun } from '../../src/training/run.js';
import { appendLog, readLog, truncateLog } from '../../src/training/runLog.js';
import { trainableWeights } from '../../src/training/train.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

const config: RunConfig = {
  ...{ task: 'denoise', network: 'restoration-unet', options: { widths: [4], blocks: 1 }, examples: {}, seed: 1 },
  ...{ steps: 1, batch: 1, crop: 16, optimiser: 'adam', rate: 1, schedule: 'constant', decay: 0, average: 0 },
};

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});

/** A run whose averaged weights are all `value`, and whose own are all 9. */
async function runOf(name: string, value: number, more: Partial<RunConfig> = {}, slots: string[] = []) {
  const run = path.join(folder, name);
  await claimRun(run, { ...config, ...more });
  const weights = Object.entries(trainableWeights(restorationUnet.build(config.options)));
  await writeCheckpoint(
    path.join(run, 'checkpoint.safetensors'),
    { step: 1 },
    {
      ...Object.fromEntries(weights.map(([weight, { shape }]) => [`average/${weight}`, tf.fill(shape, value)])),
      ...Object.fromEntries(weights.map(([weight, { shape }]) => [`weight/${weight}`, tf.fill(shape, 9)])),
      ...Object.fromEntries(slots.map((slot) => [`slot/${slot}`, tf.fill([1], value)])),
    },
  );
  return run;
}

const values = (model: tf.LayersModel) => new Set(model.getWeights().flatMap((weight) => [...weight.dataSync()]));

test('the network of a run has its averaged weights', async () => {
  const { config: read, model } = await modelOfRuns([await runOf('a', 0.5)]);
  expect(read).toEqual(config);
  expect(values(model)).toEqual(new Set([0.5]));
});

test('that of several runs has the mean of theirs, whatever their optimisers', async () => {
  const runs = [await runOf('a', 0.5, {}, ['m']), await runOf('b', 0.75, { seed: 2 }), await runOf('c', 1)] as const;
  expect(values((await modelOfRuns(runs)).model)).toEqual(new Set([0.75]));
});

test.each<[string, Partial<RunConfig>, RegExp]>([
  ['network', { network: 'burger-mlp' }, /burger-mlp with the options/],
  ['options', { options: { widths: [8], blocks: 1 } }, /"widths":\[8\]/],
])('runs of another %s have no mean', async (_, more, message) => {
  const runs = [await runOf('a', 0.5), await runOf('b', 0.5, more)] as const;
  await expect(modelOfRuns(runs)).rejects.toMatchObject({
    code: 'E_CHECKPOINT',
    message: expect.stringMatching(message),
  });
});

test('a checkpoint that lacks a weight is no model, alone or beside others', async () => {
  const [whole, poor] = [await runOf('a', 0.5), await runOf('b', 0.5)];
  const { tensors } = await readCheckpoint(path.join(poor, 'checkpoint.safetensors'));
  const [lost, ...others] = Object.entries(tensors).filter(([name]) => name.startsWith('average/'));
  const kept = others.map(([name, { shape, data }]) => [name, tf.tensor(data, shape)]);
  await writeCheckpoint(path.join(poor, 'checkpoint.safetensors'), { step: 1 }, Object.fromEntries(kept));
  for (const runs of [[poor], [whole, poor]] as const) {
    await expect(modelOfRuns(runs)).rejects.toMatchObject({
      code: 'E_CHECKPOINT',
      subject: poor,
      received: expect.stringContaining(lost[0].slice('average/'.length)),
    });
  }
});

describe('a folder that is no run', () => {
  test.each([false, true])('is left as it is, overwrite %s', async (overwrite) => {
    const album = path.join(folder, 'album');
    await mkdir(album);
    await writeFile(path.join(album, 'diary.txt'), 'dear diary');
    await expect(claimRun(album, config, { overwrite })).rejects.toMatchObject({
      code: 'E_WRITE',
      received: expect.stringContaining('diary.txt'),
    });
    expect(await readdir(album)).toEqual(['diary.txt']);
  });
});

test('to start anew removes what the run has made, and nothing else', async () => {
  const run = await runOf('a', 0.5);
  await writeFile(path.join(run, 'notes.txt'), 'mine');
  await claimRun(run, { ...config, seed: 2 }, { overwrite: true });
  expect((await readdir(run)).sort()).toEqual(['notes.txt', 'run.json']);
  expect((await readRun(run)).seed).toBe(2);
});

test('two trainings in one folder: the second is told of the first', async () => {
  const held = await lockRun(path.join(folder, 'a'));
  await expect(lockRun(path.join(folder, 'a'))).rejects.toMatchObject({ code: 'E_WRITE' });
  held.release();
  (await lockRun(path.join(folder, 'a'))).release();
});

test('a network that is a property of every object is none', async () => {
  const run = await runOf('a', 0.5, { network: 'constructor' });
  await expect(modelOfRuns([run])).rejects.toMatchObject({ code: 'E_OPTION' });
});

test('a line of the log that was cut short is done again', async () => {
  const entry = (step: number) => ({ step, steps: 9, loss: 1, rate: 1, secondsPerStep: 1 });
  for (const step of [1, 2]) await appendLog(folder, entry(step));
  await appendFile(path.join(folder, 'log.jsonl'), '{"step":3,');
  await truncateLog(folder, 2);
  await appendLog(folder, entry(3));
  expect((await readLog(folder)).map(({ step }) => step)).toEqual([1, 2, 3]);
  expect(await readFile(path.join(folder, 'log.jsonl'), 'utf8')).toMatch(/^(\{.*\}\n){3}$/);
});
