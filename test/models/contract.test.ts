import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { cacheDirOf } from '../../src/cli/io.js';
import { random } from '../../src/core/random.js';
import * as tf from '../../src/core/tf.js';
import { loadTensorflow } from '../../src/engines/tensorflow/tensorflow.js';
import { heatmapEntropy } from '../../src/losses/heatmapEntropy.js';
import { kernelError } from '../../src/losses/kernelError.js';
import { normalDotProduct } from '../../src/losses/normalDotProduct.js';
import { pixelwiseSoftmax } from '../../src/losses/pixelwiseSoftmax.js';
import { scaleInvariantLogDepth } from '../../src/losses/scaleInvariantLogDepth.js';
import { squaredError } from '../../src/losses/squaredError.js';
import { burgerMlp, burgerMlpLarge } from '../../src/models/burgerMlp.js';
import { cellUnet } from '../../src/models/cellUnet.js';
import { ciresanN4 } from '../../src/models/ciresanN4.js';
import { eigenCoarseFine } from '../../src/models/eigenCoarseFine.js';
import { eigenMultiscale } from '../../src/models/eigenMultiscale.js';
import { eigenWindow } from '../../src/models/eigenWindow.js';
import { farabet } from '../../src/models/farabet.js';
import { koehlerMlp } from '../../src/models/koehlerMlp.js';
import { markUnet } from '../../src/models/markUnet.js';
import { poseNet } from '../../src/models/poseNet.js';
import { restorationUnet } from '../../src/models/restorationUnet.js';
import { scenePyramid } from '../../src/models/scenePyramid.js';
import { schulerBlind } from '../../src/models/schulerBlind.js';
import { schulerMlp } from '../../src/models/schulerMlp.js';
import { tompson } from '../../src/models/tompson.js';
import { xieSsda } from '../../src/models/xieSsda.js';
import { expectOnnxEqual } from '../helpers/expectOnnxEqual.js';
import * as example from '../helpers/networkExamples.js';
import { expectGradient, type GradientCheck } from '../helpers/numericalGradient.js';
import { countParameters } from './countParameters.js';

interface Row {
  network: string;
  build: (options?: object) => tf.LayersModel;
  /** So small that a test takes a second. */
  tiny: object;
  /** Parameters at full width, in the arithmetic of the paper's table. */
  parameters: number;
  loss: example.Loss;
  /** Layers that are trained, where the paper trains the others before, and stops the gradient towards them. */
  trained?: RegExp;
  /** Where a step crosses the kinks of so many rectifiers that differences are less exact. */
  check?: GradientCheck;
}

function withOptions<Options>(build: (options: Options) => tf.LayersModel, options: Options): Row['build'] {
  return (more) => build({ ...options, ...more });
}

const [weights, biases] = [(...sizes: number[]) => sizes.reduce((a, b) => a * b, 1), (size: number) => size];
const layer = (inputs: number, outputs: number) => weights(inputs, outputs) + biases(outputs);
const mlp = (...sizes: number[]) => sizes.slice(1).reduce((sum, size, index) => sum + layer(sizes[index], size), 0);
const conv = (kernel: number, inputs: number, outputs: number) => layer(kernel ** 2 * inputs, outputs);

/** What the networks of Eigen put on a trunk of so many features at 228x304, and their scales 2 and 3 for depth. */
const alexnet = conv(11, 3, 96) + conv(5, 96, 256) + conv(3, 256, 384) + conv(3, 384, 384) + conv(3, 384, 256);
const vgg16 = [[3, 64, 64], [64, 128, 128], [128, 256, 256, 256], [256, 512, 512, 512], [512, 512, 512, 512]] // biome-ignore format: as in the paper
  .flatMap((block) => block.slice(1).map((maps, index) => conv(3, block[index], maps)))
  .reduce((sum, count) => sum + count);
const fullHead = (features: number) => mlp(features, 4096, 64 * 14 * 19);
const lightHead = (maps: number) => conv(1, maps, 64) + conv(3, 64, 64) + layer(maps, 64);
const scale2 = (seen: number, channels: number) => conv(5, seen, 64) + 2 * conv(5, 64, 64) + conv(5, 64, channels);
const scale3 = (seen: number, channels: number) => conv(5, seen, 64) + conv(5, 64, 64) + conv(5, 64, channels);
/** The published count of EfficientNet-Lite0, less its last convolution, that one's normalisation and its classifier. */
const efficientnetLite0 = 4_652_008 - weights(320, 1280) - 2 * 1280 - layer(1280, 1000);
/** Its blocks by what goes in, between and out: normalisations of as many channels, each of which folds into one bias. */
const blocks = [[32, 32, 16], [16, 96, 24], [24, 144, 24], [24, 144, 40], [40, 240, 40], [40, 240, 80], [80, 480, 80], [80, 480, 80],
  [80, 480, 112], [112, 672, 112], [112, 672, 112], [112, 672, 192], [192, 1152, 192], [192, 1152, 192], [192, 1152, 192], [192, 1152, 320]]; // biome-ignore format: a table
const normalised =
  32 + blocks.reduce((sum, [before, between, after]) => sum + (before === between ? 1 : 2) * between + after, 0);
/** The levels of the pyramid, each with the one above it. */
const level = (features: number, maps: number, above: number) =>
  conv(1, features, maps) + (above === maps ? 0 : conv(1, above, maps)) + conv(3, maps, maps);
const pyramid = level(320, 128, 128) + layer(320, 128) + level(112, 128, 128) + level(40, 96, 128) + level(24, 48, 96);
const pyramidHeads =
  conv(3, 48, 32) + conv(1, 32, 1) + conv(3, 48, 32) + conv(1, 32, 3) + conv(3, 48, 64) + conv(1, 64, 40);
const poseNetParameters =
  efficientnetLite0 -
  normalised +
  level(320, 128, 128) +
  level(112, 128, 128) +
  conv(1, 128, 128) +
  level(40, 96, 128) +
  level(24, 64, 96) +
  conv(1, 64, 14);
/** Three banks that share nothing, and what joins them. */
const tompsonBanks =
  3 * (conv(5, 3, 64) + conv(5, 64, 128) + conv(5, 128, 256) + conv(9, 256, 512)) + conv(9, 512, 512);
const tompsonDetector = tompsonBanks + conv(9, 512, 14);
const cellUnetBody = 6 * 6 * 32 + 2 * 2 * 2 * (32 * 64 + 64 * 128 + 128 * 128) + 9 * 4 * (2 * 32 ** 2 + 2 * 64 ** 2 + 3 * 128 ** 2)
  + (32 + 64 + 128 + 128) + 4 * (2 * 32 + 2 * 64 + 3 * 128) + (128 + 64 + 32); // biome-ignore format: by level
/** AlexNet leaves nothing of less. */
const small = { size: [76, 100], width: 0.1 };
const smaller = { size: [44, 60], width: 0.1 };

const depth: example.Loss = ([prediction], truth) => scaleInvariantLogDepth(prediction, truth.depth);
const normals: example.Loss = ([prediction], truth) => normalDotProduct(prediction, truth.normals).add(1);
const both: example.Loss = ([first, second], truth) => depth([first], truth).add(normals([second], truth));
const labels: example.Loss = ([prediction], truth) => pixelwiseSoftmax(prediction, truth.labels);
const heatmaps: example.Loss = ([prediction], truth) => squaredError(prediction, truth.heatmaps);
const places: example.Loss = ([prediction], truth) => heatmapEntropy(prediction, truth.heatmaps);
/** Of maps that fall off as the squared distance from a place: how far they are from those of the true one. */
const distances: example.Loss = ([prediction], truth) => {
  const [batch, rows, columns, joints] = truth.heatmaps.shape;
  const positions = tf.range(0, rows * columns);
  const [y, x] = [positions.div(columns).floor(), positions.mod(columns)];
  const at = truth.heatmaps
    .reshape([batch, rows * columns, joints])
    .argMax(1)
    .cast('float32')
    .expandDims(2);
  const away = y
    .sub(at.div(columns).floor())
    .square()
    .add(x.sub(at.mod(columns)).square());
  const maps = away
    .div(-2 * 1.5 ** 2)
    .transpose([0, 2, 1])
    .reshape([batch, rows, columns, joints]);
  return squaredError(prediction, maps as tf.Tensor4D);
};
const clean: example.Loss = ([prediction], truth) => squaredError(prediction, truth.clean);
const kernel: example.Loss = ([prediction], truth) => kernelError(prediction, truth.kernel);

// biome-ignore format: a table
const networks: Row[] = [
  { network: 'eigen-multiscale: depth and normals, AlexNet', tiny: small, loss: both, trained: /^scale3/,
    build: withOptions(eigenMultiscale.build, { trunk: 'alexnet', head: 'full', outputs: ['depth', 'normals'] }),
    parameters: alexnet + fullHead(6 * 8 * 256) + conv(9, 3, 96) + scale2(160, 1) + 55 * 74 + scale2(160, 3) + conv(9, 3, 60) + scale3(64, 1) + scale3(64, 3) },
  { network: 'eigen-multiscale: depth at scales 1 and 2, VGG', tiny: smaller, loss: depth,
    build: withOptions(eigenMultiscale.build, { trunk: 'vgg16', head: 'full', scales: '1+2' }),
    parameters: vgg16 + fullHead(7 * 9 * 512) + conv(9, 3, 96) + scale2(160, 1) + 55 * 74 },
  { network: 'eigen-multiscale: labels from picture, depth and normals, EfficientNet-Lite', tiny: { ...smaller, classes: 4 }, loss: labels, trained: /^(scale3|labels)/,
    build: withOptions(eigenMultiscale.build, { outputs: ['labels'], withGeometry: true }),
    parameters: efficientnetLite0 + lightHead(320) + conv(9, 3, 32) + conv(9, 1, 32) + conv(9, 3, 32) + scale2(160, 13) + conv(9, 3, 64) + scale3(64 + 13, 13) },
  { network: 'eigen-multiscale: normals at scale 1', build: withOptions(eigenMultiscale.build, { scales: '1', outputs: ['normals'], trunk: 'alexnet', head: 'full' }),
    tiny: small, loss: normals, parameters: alexnet + fullHead(6 * 8 * 256) + conv(5, 64, 3) },
  { network: 'eigen-multiscale: depth at scale 2', build: withOptions(eigenMultiscale.build, { scales: '2' }), tiny: smaller, loss: depth,
    parameters: conv(9, 3, 96) + scale2(96, 1) + 55 * 74 },
  { network: 'eigen-multiscale: depth at scales 1 and 2', build: withOptions(eigenMultiscale.build, { scales: '1+2' }), tiny: smaller, loss: depth,
    parameters: efficientnetLite0 + lightHead(320) + conv(9, 3, 96) + scale2(160, 1) + 55 * 74 },
  { network: 'scene-pyramid', build: scenePyramid.build, tiny: { width: 0.1, classes: 4 }, check: { tolerance: 0.03 },
    loss: ([first, second, third], truth) => both([first, second], truth).add(labels([third], truth)),
    parameters: efficientnetLite0 - normalised + pyramid + pyramidHeads },
  { network: 'scene-pyramid: labels from picture, depth and normals', build: withOptions(scenePyramid.build, { outputs: ['labels'], withGeometry: true }),
    tiny: { width: 0.1, classes: 4 }, loss: labels, check: { tolerance: 0.03 },
    parameters: efficientnetLite0 - normalised + pyramid + conv(3, 48, 64) + conv(1, 64, 40)
      + conv(3, 4, 16) + conv(3, 16, 32) + conv(3, 32, 48) + conv(3, 48, 64) + conv(3, 64, 64)
      + conv(1, 32, 48) + conv(1, 48, 96) + 2 * conv(1, 64, 128) },
  { network: 'pose-net', build: poseNet.build, tiny: { width: 0.1 }, loss: heatmaps, check: { tolerance: 0.03 },
    parameters: poseNetParameters },
  { network: 'tompson', build: tompson.build, tiny: { width: 0.05, reach: 4 }, loss: places, check: { step: 0.005, tolerance: 0.15 },
    parameters: tompsonDetector + 14 + 14 * 13 * (63 ** 2 + 1) },
  { network: 'tompson: the detector alone', build: withOptions(tompson.build, { spatial: false }), tiny: { width: 0.05 }, loss: places, check: { step: 0.005, tolerance: 0.15 },
    parameters: tompsonDetector },
  { network: 'tompson: places as numbers', build: withOptions(tompson.build, { head: 'regression' }), tiny: { width: 0.05 }, loss: distances, check: { tolerance: 0.03 },
    parameters: tompsonBanks + layer(512, 64) + layer(8 * 8 * 64, 1024) + layer(1024, 28) },
  { network: 'tompson: on the trunk of pose-net', build: withOptions(tompson.build, { trunk: 'efficientnet-lite' }), tiny: { width: 0.1, reach: 4 }, loss: places,
    check: { step: 0.005, tolerance: 0.15 }, parameters: poseNetParameters + 14 + 14 * 13 * (63 ** 2 + 1) },
  { network: 'farabet', build: farabet.build, tiny: { width: 0.1, window: 5, classes: 4 }, loss: labels, check: { step: 0.002 },
    parameters: 855_680 + layer(768, 1024) + layer(1024, 11) },
  { network: 'farabet: the first stage, one scale', build: withOptions(farabet.build, { head: 'linear', scales: 1, classes: 8 }),
    tiny: { width: 0.1, window: 5, classes: 4 }, loss: labels, check: { step: 0.002 }, parameters: 855_680 + layer(256, 8) },
  { network: 'eigen-coarse-fine', build: eigenCoarseFine.build, tiny: small, loss: depth, trained: /^(fine|depth)/,
    parameters: alexnet + mlp(6 * 8 * 256, 4096, 55 * 74) + conv(9, 3, 63) + conv(5, 64, 64) + conv(5, 64, 1) },
  { network: 'eigen-coarse-fine: coarse', build: withOptions(eigenCoarseFine.build, { scale: 'coarse' }), tiny: small, loss: depth,
    parameters: alexnet + mlp(6 * 8 * 256, 4096, 55 * 74) },
  { network: 'eigen-window', build: eigenWindow.build, tiny: { hidden: 32, channels: 1 }, loss: clean,
    parameters: conv(16, 3, 512) + conv(1, 512, 512) + conv(1, 512, 8 * 8 * 3) },
  { network: 'burger-mlp', build: burgerMlp.build, tiny: { patchIn: 5, patchOut: 5, hidden: [40, 30], stride: 3 }, loss: clean,
    parameters: mlp(17 ** 2, 2047, 2047, 2047, 2047, 17 ** 2) },
  { network: 'burger-mlp, the larger', build: withOptions(burgerMlp.build, burgerMlpLarge), loss: clean,
    tiny: { patchIn: 7, patchOut: 3, hidden: [40, 20], stride: 2 }, parameters: mlp(39 ** 2, 3072, 3072, 2559, 2047, 17 ** 2) },
  { network: 'schuler-mlp', build: schulerMlp.build, tiny: { patchIn: 7, patchOut: 5, hidden: [40, 20], channels: 3 }, loss: clean,
    parameters: mlp(39 ** 2, 2047, 2047, 2047, 2047, 13 ** 2) },
  { network: 'schuler-blind', build: schulerBlind.build, tiny: { filters: 6, filterSize: 5, pairs: 3, kernels: [3, 5] }, loss: kernel,
    parameters: conv(19, 1, 32) + 2 * conv(19, 2, 32) + 3 * (2 * weights(32, 8) + 2) },
  { network: 'xie-ssda', build: xieSsda.build, tiny: { patch: 4, hidden: [30, 30] }, loss: clean,
    parameters: mlp(12 ** 2, 5 * 12 ** 2, 5 * 12 ** 2, 5 * 12 ** 2, 12 ** 2) },
  { network: 'koehler-mlp', build: koehlerMlp.build, tiny: { patch: 4, hidden: [40, 30] }, loss: clean,
    parameters: mlp(2 * 16 ** 2, 512, 512, 512, 512, 16 ** 2) },
  { network: 'koehler-mlp, mask unseen', build: withOptions(koehlerMlp.build, { seesMask: false }), loss: clean,
    tiny: { patch: 4, hidden: [40, 30] }, parameters: mlp(16 ** 2, 512, 512, 512, 512, 16 ** 2) },
  { network: 'restoration-unet', build: restorationUnet.build, tiny: { widths: [6, 8], blocks: 1 }, loss: clean,
    parameters: 6 * 6 * (4 * 64 + 64 * 3) + 2 * 2 * 2 * (64 * 128 + 128 * 256) + 9 * 4 * (2 * 64 ** 2 + 2 * 128 ** 2 + 256 ** 2) },
  { network: 'restoration-unet, with biases', build: withOptions(restorationUnet.build, { map: 'none', bias: true }), tiny: { widths: [6, 8], blocks: 1 }, loss: clean,
    parameters: 6 * 6 * (3 * 64 + 64 * 3) + 2 * 2 * 2 * (64 * 128 + 128 * 256) + 9 * 4 * (2 * 64 ** 2 + 2 * 128 ** 2 + 256 ** 2)
      + (64 + 128 + 256) + 4 * (2 * 64 + 2 * 128 + 256) + (128 + 64 + 3) },
  { network: 'restoration-unet, with the gain expected', build: withOptions(restorationUnet.build, { map: 'none', bias: true, gain: true }),
    tiny: { widths: [6, 8], blocks: 1 }, loss: ([picture, gain], truth) => clean([picture], truth).add(squaredError(gain, truth.clean.mean(3, true))),
    parameters: 6 * 6 * (3 * 64 + 64 * 3 + 64) + 2 * 2 * 2 * (64 * 128 + 128 * 256) + 9 * 4 * (2 * 64 ** 2 + 2 * 128 ** 2 + 256 ** 2)
      + (64 + 128 + 256) + 4 * (2 * 64 + 2 * 128 + 256) + (128 + 64 + 3 + 1) },
  { network: 'mark-unet', build: markUnet.build, tiny: { widths: [6, 8], blocks: 1 }, loss: clean,
    parameters: 6 * 6 * (3 * 24 + 24 * 3) + 2 * 2 * 2 * (24 * 48 + 48 * 64) + 9 * 4 * (2 * 24 ** 2 + 2 * 48 ** 2 + 64 ** 2)
      + (24 + 48 + 64) + 4 * (2 * 24 + 2 * 48 + 64) + (48 + 24 + 3) },
  { network: 'cell-unet', build: cellUnet.build, tiny: { widths: [6, 8], blocks: 1 }, loss: clean, parameters: cellUnetBody + 6 * 6 * 32 + 1 },
  { network: 'cell-unet: affinities', build: withOptions(cellUnet.build, { outputs: 'affinity' }), tiny: { widths: [6, 8], blocks: 1 },
    loss: ([affinity], truth) => clean([affinity], { clean: tf.concat([truth.clean, truth.clean], 3) }), parameters: cellUnetBody + 6 * 6 * 32 * 2 + 2 },
  { network: 'ciresan-n4', build: ciresanN4.build, tiny: { maps: 4, hidden: 6 }, loss: clean,
    parameters: conv(4, 1, 48) + conv(5, 48, 48) + 2 * conv(4, 48, 48) + layer(3 * 3 * 48, 200) + layer(200, 2) },
];

beforeAll(async () => {
  await loadTensorflow({ cacheDir: cacheDirOf(process.platform, process.env) });
});

/** The weights of every test begin as they did the last time. */
beforeEach(() => {
  const numbers = random(1);
  vi.spyOn(Math, 'random').mockImplementation(() => numbers.uniform());
});

describe.each(networks)('$network', ({ build, tiny, parameters, loss, trained = /./, check }) => {
  test('has as many parameters as its paper says', () => {
    expect(countParameters(() => build())).toBe(parameters);
  });

  test('answers in the sizes it declares', () => {
    const model = build(tiny);
    for (const [height, width] of example.sizesFor(model)) {
      const { inputs, truth } = example.pictures(model, height, width);
      const outputs = example.predict(model, inputs);
      for (const [index, name] of model.outputNames.entries()) {
        // Labels are as many channels of logits, their truth is one of numbers.
        const answered = outputs[index].shape.slice(0, name === 'labels' ? 3 : 4);
        if (truth[name]) expect(answered).toEqual(truth[name].shape.slice(0, answered.length));
        expect(model.outputs[index].shape.map((size, axis) => size ?? outputs[index].shape[axis])).toEqual(
          outputs[index].shape,
        );
      }
    }
  });

  test('has the gradients that differences have', async () => {
    const model = build(tiny);
    for (const layer of model.layers) layer.trainable = trained.test(layer.name);
    const { inputs, truth } = example.pictures(model);
    await expectGradient(...example.alongWeights(model, () => loss(example.predict(model, inputs), truth), check));
  });

  test('learns four pictures to a tenth of the loss', () => {
    const model = build(tiny);
    for (const layer of model.layers) layer.trainable = trained.test(layer.name);
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

test('ciresan-n4: a window alone and all pixels at once answer the same, to 1e-5', () => {
  const [dense, patch] = [ciresanN4.build(), ciresanN4.build({ dense: false })];
  patch.setWeights(dense.getWeights());
  const side = 101;
  const dice = random(1);
  const values = Float32Array.from({ length: side * side }, () => dice.uniform());
  const image = tf.tensor4d(values, [1, side, side, 1]);
  const all = dense.predict(image) as tf.Tensor4D;
  expect(all.shape).toEqual([1, side, side, 1]);
  const places = [[47, 47], [48, 47], [47, 52], [53, 53], [50, 49]]; // biome-ignore format: places
  for (const [y, x] of places) {
    const window = image.slice([0, y - 47, x - 47, 0], [1, 95, 95, 1]);
    const [alone] = (patch.predict(window) as tf.Tensor4D).dataSync();
    const [among] = all.slice([0, y, x, 0], [1, 1, 1, 1]).dataSync();
    expect(Math.abs(alone - among)).toBeLessThan(1e-5);
  }
});
