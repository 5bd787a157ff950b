import path from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import * as tf from '../../src/core/tf.js';
import { networks } from '../../src/models/networks.js';
import { writeCheckpoint } from '../../src/training/checkpoint.js';
import { claimRun, modelOfRuns, type RunConfig } from '../../src/training/run.js';
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
  const weights = Object.entries(trainableWeights(networks['restoration-unet'].build(config.options)));
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
