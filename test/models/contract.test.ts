import { beforeAll, describe, expect, test } from 'vitest';
import { cacheDirOf } from '../../src/cli/io.js';
import { loadTensorflow } from '../../src/engines/tensorflow.js';
import { kernelError } from '../../src/losses/kernelError.js';
import { squaredError } from '../../src/losses/squaredError.js';
import { burgerMlp, burgerMlpLarge } from '../../src/models/burgerMlp.js';
import { eigenWindow } from '../../src/models/eigenWindow.js';
import { koehlerMlp } from '../../src/models/koehlerMlp.js';
import { restorationUnet } from '../../src/models/restorationUnet.js';
import { schulerBlind } from '../../src/models/schulerBlind.js';
import { schulerMlp } from '../../src/models/schulerMlp.js';
import * as tf from '../../src/models/tf.js';
import { xieSsda, xieSsdaLayer } from '../../src/models/xieSsda.js';
import { expectOnnxEqual } from '../expectOnnxEqual.js';
import { expectGradient } from '../numericalGradient.js';
import { countParameters } from './countParameters.js';
import * as example from './examples.js';

interface Row {
  network: string;
  build: (options?: object) => tf.LayersModel;
  /** So small that a test takes a second. */
  tiny: object;
  /** Parameters at full width, in the arithmetic of the paper's table. */
  parameters: number;
  loss: example.Loss;
}

const [weights, biases] = [(...sizes: number[]) => sizes.reduce((a, b) => a * b, 1), (size: number) => size];
const layer = (inputs: number, outputs: number) => weights(inputs, outputs) + biases(outputs);
const mlp = (...sizes: number[]) => sizes.slice(1).reduce((sum, size, index) => sum + layer(sizes[index], size), 0);
const conv = (kernel: number, inputs: number, outputs: number) => layer(kernel ** 2 * inputs, outputs);

const clean: example.Loss = ([prediction], truth) => squaredError(prediction, truth.clean);
const kernel: example.Loss = ([prediction], truth) => kernelError(prediction, truth.kernel);

// biome-ignore format: a table
const networks: Row[] = [
  { network: 'eigen-window', build: eigenWindow, tiny: { hidden: 32, channels: 1 }, loss: clean,
    parameters: conv(16, 3, 512) + conv(1, 512, 512) + conv(1, 512, 8 * 8 * 3) },
  { network: 'burger-mlp', build: burgerMlp, tiny: { patchIn: 5, patchOut: 5, hidden: [40, 30], stride: 3 }, loss: clean,
    parameters: mlp(17 ** 2, 2047, 2047, 2047, 2047, 17 ** 2) },
  { network: 'burger-mlp, the larger', build: (options) => burgerMlp({ ...burgerMlpLarge, ...options }), loss: clean,
    tiny: { patchIn: 7, patchOut: 3, hidden: [40, 20], stride: 2 }, parameters: mlp(39 ** 2, 3072, 3072, 2559, 2047, 17 ** 2) },
  { network: 'schuler-mlp', build: schulerMlp, tiny: { patchIn: 7, patchOut: 5, hidden: [40, 20], channels: 3 }, loss: clean,
    parameters: mlp(39 ** 2, 2047, 2047, 2047, 2047, 13 ** 2) },
  { network: 'schuler-blind', build: schulerBlind, tiny: { filters: 6, filterSize: 5, pairs: 3, kernels: [3, 5] }, loss: kernel,
    parameters: conv(19, 1, 32) + 2 * conv(19, 2, 32) + 3 * (2 * weights(32, 8) + 2) },
  { network: 'xie-ssda', build: xieSsda, tiny: { patch: 4, hidden: [30, 30] }, loss: clean,
    parameters: mlp(12 ** 2, 5 * 12 ** 2, 5 * 12 ** 2, 5 * 12 ** 2, 12 ** 2) },
  { network: 'xie-ssda, one layer', build: (options) => xieSsdaLayer({ level: 2, units: 720, hidden: 720, ...options }), loss: clean,
    tiny: { units: 6, hidden: 20 }, parameters: mlp(720, 720, 720) },
  { network: 'koehler-mlp', build: koehlerMlp, tiny: { patch: 4, hidden: [40, 30] }, loss: clean,
    parameters: mlp(2 * 16 ** 2, 512, 512, 512, 512, 16 ** 2) },
  { network: 'koehler-mlp, mask unseen', build: (options) => koehlerMlp({ seesMask: false, ...options }), loss: clean,
    tiny: { patch: 4, hidden: [40, 30] }, parameters: mlp(16 ** 2, 512, 512, 512, 512, 16 ** 2) },
  { network: 'restoration-unet', build: restorationUnet, tiny: { widths: [6, 8], blocks: 1 }, loss: clean,
    parameters: 6 * 6 * (4 * 64 + 64 * 3) + 2 * 2 * 2 * (64 * 128 + 128 * 256) + 9 * 4 * (2 * 64 ** 2 + 2 * 128 ** 2 + 256 ** 2) },
];

beforeAll(async () => {
  await loadTensorflow({ cacheDir: cacheDirOf(process.platform, process.env) });
});

describe.each(networks)('$network', ({ build, tiny, parameters, loss }) => {
  test('has as many parameters as its paper says', () => {
    expect(countParameters(() => build())).toBe(parameters);
  });

  test('answers in the sizes it declares', () => {
    const model = build(tiny);
    for (const [height, width] of example.sizesFor(model)) {
      const { inputs, truth } = example.pictures(model, height, width);
      const outputs = example.predict(model, inputs);
      for (const [index, name] of model.outputNames.entries()) {
        if (truth[name]) expect(outputs[index].shape).toEqual(truth[name].shape);
        expect(model.outputs[index].shape.map((size, axis) => size ?? outputs[index].shape[axis])).toEqual(
          outputs[index].shape,
        );
      }
    }
  });

  test('has the gradients that differences have', async () => {
    const model = build(tiny);
    const { inputs, truth } = example.pictures(model);
    await expectGradient(...example.alongWeights(model, () => loss(example.predict(model, inputs), truth)));
  });

  test('learns four pictures to a tenth of the loss', () => {
    const model = build(tiny);
    const { inputs, truth } = example.pictures(model);
    const losses = example.train(model, () => loss(example.predict(model, inputs), truth));
    expect(losses.at(-1)).toBeLessThan(losses[0] / 10);
  });

  test('answers in onnxruntime as in tensorflow', async () => {
    const model = build(tiny);
    for (const [height, width] of example.sizesFor(model)) {
      await expectOnnxEqual(model, example.pictures(model, height, width).inputs);
    }
  });

  test('comes back from disk as it was', async () => {
    const model = build(tiny);
    const { inputs } = example.pictures(model);
    let saved: tf.io.ModelArtifacts | undefined;
    await model.save(tf.io.withSaveHandler(async (artifacts) => {
      saved = artifacts;
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
    })); // biome-ignore format: one call
    const loaded = await tf.loadLayersModel(
      tf.io.fromMemory(
        JSON.parse(JSON.stringify(saved!.modelTopology)),
        saved!.weightSpecs,
        saved!.weightData as ArrayBuffer,
      ),
    );
    const [before, after] = [model, loaded].map((each) =>
      example.predict(each, inputs).map((output) => output.arraySync()),
    );
    expect(after).toEqual(before);
  });
});
