import { describe, expect, test } from 'vitest';
import { denoise } from '../../src/tasks/denoise/train.js';
import type { RunConfig } from '../../src/training/run.js';
import { startFrom } from '../../src/training/startFrom.js';
import { trainNetwork } from '../../src/training/trainNetwork.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

describe('a training starts from', () => {
  test.each(['denoise-grey-fast', 'weights/denoise-grey-fast.onnx'])('%s', async (from) => {
    const { config, weights } = await startFrom([from]);
    expect(config).toEqual({
      task: 'denoise',
      network: 'restoration-unet',
      options: { map: 'sigma', channels: 1, widths: [32, 80, 160], blocks: 1 },
    });
    // As tf.layers has a convolution: height, width, picture and map, feature maps.
    expect(weights.tensors['average/down0/kernel'].shape).toEqual([6, 6, 2, 32]);
  });

  test.each([
    [
      'denoise-color',
      'E_OPTION',
      /^--from: denoise-color; expected the folder of a run, .* denoise-colour, .*`perpixel models`/,
    ],
    ['nowhere.onnx', 'E_MODEL', /nowhere\.onnx/],
    ['test', 'E_CHECKPOINT', /test.run\.json: no description of a run/],
  ])('nothing that is called %s', async (from, code, message) => {
    await expect(startFrom([from])).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test('no model of which nothing fits', async () => {
    const config: RunConfig = {
      ...{
        task: 'denoise',
        network: 'burger-mlp',
        options: { patchIn: 5, patchOut: 5, hidden: [8] },
        examples: {},
        seed: 1,
      },
      ...{ steps: 1, batch: 1, crop: 16, optimiser: 'adam', rate: 1, schedule: 'constant', decay: 0, average: 0 },
    };
    const files = ['a', 'b'].map((name) => `${name}.png`);
    const training = trainNetwork({
      ...{ run: `${await temporaryFolder()}/run`, task: denoise, config, from: ['denoise-grey-fast'] },
      ...{ source: { layout: 'folder', pictures: files }, validateEvery: 1, checkpointEvery: 1, logEvery: 1 },
      report: () => {},
    });
    await expect(training).rejects.toMatchObject({
      code: 'E_OPTION',
      message: expect.stringMatching(/^--from: denoise-grey-fast: restoration-unet .*expected weights of burger-mlp/),
    });
  });
});
