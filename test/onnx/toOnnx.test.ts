import { InferenceSession } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import * as tf from '../../src/core/tf.js';
import { restorationUnet } from '../../src/models/restorationUnet.js';
import { readModelFile } from '../../src/onnx/modelFile.js';
import { DataType, decodeModel } from '../../src/onnx/onnxProto.js';
import { weightsOf } from '../../src/onnx/onnxTensor.js';
import { type StatedCard, toOnnx } from '../../src/onnx/toOnnx.js';
import { expectOnnxEqual } from '../helpers/expectOnnxEqual.js';
import { runOnnx } from '../helpers/runOnnx.js';

const { layers } = tf;
type Layer = tf.layers.Layer;

const signed = () => tf.initializers.randomUniform({ minval: -0.5, maxval: 0.5, seed: 3 });
const biased = { kernelInitializer: signed(), biasInitializer: signed() };
const depthwise = { depthwiseInitializer: signed(), biasInitializer: signed() };

/** Layers on pictures [2, height, width, 3] of any size, each on its own in a model. */
const onAnySize: [string, () => Layer][] = [
  ['Conv2D valid', () => layers.conv2d({ filters: 4, kernelSize: [3, 2], ...biased })],
  ['Conv2D same', () => layers.conv2d({ filters: 4, kernelSize: [4, 3], padding: 'same', ...biased })],
  ['Conv2D same, stride 2, even', () => layers.conv2d({ filters: 4, kernelSize: 6, strides: 2, padding: 'same' })],
  ['Conv2D same, stride 2, odd', () => layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: 'same' })],
  ['Conv2D same, stride 3 and 1', () => layers.conv2d({ filters: 4, kernelSize: 5, strides: [3, 1], padding: 'same' })],
  ['Conv2D valid, stride 2', () => layers.conv2d({ filters: 4, kernelSize: 5, strides: 2, ...biased })],
  ['Conv2D dilated', () => layers.conv2d({ filters: 4, kernelSize: 3, dilationRate: 2, padding: 'same', ...biased })],
  ['Conv2DTranspose 6x6/2', () => layers.conv2dTranspose({ filters: 4, kernelSize: 6, strides: 2, padding: 'same' })],
  ['Conv2DTranspose 3x3/2', () => layers.conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: 'same' })],
  ['Conv2DTranspose 2x2/2', () => layers.conv2dTranspose({ filters: 4, kernelSize: 2, strides: 2, ...biased })],
  ['Conv2DTranspose 5x3/3x2 valid', () => layers.conv2dTranspose({ filters: 4, kernelSize: [5, 3], strides: [3, 2] })],
  ['Conv2DTranspose gaps', () => layers.conv2dTranspose({ filters: 4, kernelSize: 2, strides: 3, padding: 'same' })],
  [
    'DepthwiseConv2D',
    () => layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: 'same', ...depthwise }),
  ],
  [
    'DepthwiseConv2D stride 2',
    () => layers.depthwiseConv2d({ kernelSize: 5, strides: 2, padding: 'same', ...depthwise }),
  ],
  ['SeparableConv2D', () => layers.separableConv2d({ filters: 5, kernelSize: 3, depthMultiplier: 2, padding: 'same' })],
  ['Dense on pixels', () => layers.dense({ units: 5, activation: 'relu', ...biased })],
  ['MaxPooling2D', () => layers.maxPooling2d({ poolSize: 2 })],
  ['MaxPooling2D 3/2 same', () => layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' })],
  ['MaxPooling2D 3/1 same', () => layers.maxPooling2d({ poolSize: 3, strides: 1, padding: 'same' })],
  ['AveragePooling2D 3/2 same', () => layers.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same' })],
  ['AveragePooling2D 4/1 same', () => layers.averagePooling2d({ poolSize: 4, strides: 1, padding: 'same' })],
  ['GlobalAveragePooling2D', () => layers.globalAveragePooling2d({})],
  ['GlobalMaxPooling2D', () => layers.globalMaxPooling2d({})],
  ['UpSampling2D nearest', () => layers.upSampling2d({ size: [2, 3] })],
  ['UpSampling2D bilinear', () => layers.upSampling2d({ size: [4, 4], interpolation: 'bilinear' })],
  ['ZeroPadding2D', () => layers.zeroPadding2d({ padding: [[1, 2], [3, 4]] })], // biome-ignore format: one row a case
  ['Cropping2D', () => layers.cropping2D({ cropping: [[1, 0], [2, 3]] })], // biome-ignore format: one row a case
  ['Permute', () => layers.permute({ dims: [2, 1, 3] })],
  ['LeakyReLU', () => layers.leakyReLU({ alpha: 0.2 })],
  ['PReLU', () => layers.prelu({ sharedAxes: [1, 2], alphaInitializer: signed() })],
  ['ReLU', () => layers.reLU({ maxValue: 0.4 })],
  ['ELU', () => layers.elu()],
  ['Softmax', () => layers.softmax({ axis: -1 })],
  ['BatchNormalization', () => layers.batchNormalization({ betaInitializer: signed(), gammaInitializer: signed() })],
  ['BatchNormalization bare', () => layers.batchNormalization({ center: false, scale: false, epsilon: 0.1 })],
  ['Rescaling', () => layers.rescaling({ scale: 0.3, offset: -2 })],
  ['Dropout', () => layers.dropout({ rate: 0.5 })],
];
type Activation = NonNullable<Parameters<typeof layers.activation>[0]>['activation'];
const activations: Activation[] = ['linear', 'relu', 'relu6', 'tanh', 'sigmoid', 'hardSigmoid', 'softmax'];
for (const activation of [
  ...activations,
  'logSoftmax',
  'softplus',
  'softsign',
  'elu',
  'selu',
  'swish',
] as Activation[]) {
  onAnySize.push([`Activation ${activation}`, () => layers.activation({ activation })]);
}

const picture = (height: number, width: number, channels = 3, seed = 1) =>
  tf.randomUniform([2, height, width, channels], -1, 1, 'float32', seed);

describe('a layer in onnxruntime answers as in tensorflow', () => {
  test.each(onAnySize)('%s', async (_, layer) => {
    const image = tf.input({ shape: [null, null, 3] });
    const model = tf.model({ inputs: image, outputs: layer().apply(image) as tf.SymbolicTensor });
    await expectOnnxEqual(model, [picture(12, 12)]);
    await expectOnnxEqual(model, [picture(13, 17)]);
    await expectOnnxEqual(model, [picture(6, 11)]);
  });

  test.each<[string, (args: object) => Layer]>([
    ['Add', layers.add],
    ['Multiply', layers.multiply],
    ['Average', layers.average],
    ['Maximum', layers.maximum],
    ['Minimum', layers.minimum],
    ['Concatenate', layers.concatenate],
    ['Concatenate of rows', () => layers.concatenate({ axis: 1 })],
  ])('%s', async (_, layer) => {
    const inputs = [0, 1, 2].map(() => tf.input({ shape: [null, null, 2] }));
    const model = tf.model({ inputs, outputs: layer({}).apply(inputs) as tf.SymbolicTensor });
    const values = [1, 2, 3].map((seed) => picture(4, 5, 2, seed));
    await expectOnnxEqual(model, values);
  });

  test('flattened maps, full layers and maps again', async () => {
    const image = tf.input({ shape: [4, 5, 3] });
    const flat = layers.flatten().apply(image);
    const hidden = layers.dense({ units: 24, activation: 'tanh', ...biased }).apply(flat);
    const normal = layers.batchNormalization().apply(hidden);
    const maps = layers.reshape({ targetShape: [2, 4, 3] }).apply(layers.prelu().apply(normal));
    const rows = layers.reshape({ targetShape: [8, 3] }).apply(maps) as tf.SymbolicTensor;
    await expectOnnxEqual(tf.model({ inputs: image, outputs: [maps as tf.SymbolicTensor, rows] }), [picture(4, 5)]);
  });
});

describe('the file', () => {
  const image = tf.input({ shape: [null, null, 3], name: 'picture' });
  const shared = layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same', name: 'twice', ...biased });
  const model = tf.model({ inputs: image, outputs: shared.apply(shared.apply(image)) as tf.SymbolicTensor });

  const card = { task: 'denoise', stride: 1, receptiveRadius: 2 };

  test('is read as a model, its card filled up from the network', async () => {
    const { card: read } = await readModelFile(toOnnx(model, { card: { ...card, licence: 'CC0-1.0' } }));
    expect(read).toEqual({
      ...{ ...card, name: model.name, licence: 'CC0-1.0', network: 'unknown', channels: 3, parameters: 84 },
      ...{ data: [], options: {}, scores: [], normalisation: { mean: [0], scale: [1] } },
    });
  });

  test('is not written with a card that lacks something', () => {
    const lacking = { task: 'denoise', stride: 1 } as StatedCard;
    expect(() => toOnnx(model, { card: lacking })).toThrow(/lacks or misstates receptiveRadius.*Give them in `card`/);
  });

  test('bears the names asked for and free sizes', async () => {
    const bytes = toOnnx(model, { card, outputNames: ['clean'] });
    const session = await InferenceSession.create(bytes);
    expect(session.inputNames).toEqual(['picture']);
    expect(session.outputNames).toEqual(['clean']);
    const { graph } = decodeModel(bytes);
    const dims = graph.input[0].type?.tensorType?.shape?.dim;
    expect(dims).toEqual([{ dimParam: 'batch' }, { dimValue: 3 }, { dimParam: 'height' }, { dimParam: 'width' }]);
  });

  test.each([
    [
      'float16',
      [
        ['twice/kernel', DataType.float16, [3, 3, 3, 3]],
        ['twice/bias', DataType.float16, [3]],
      ],
    ],
    [
      'int8',
      [
        ['twice/kernel', DataType.int8, [3, 3, 3, 3]],
        ['twice/kernel/scale', DataType.float, [3, 1, 1, 1]],
        ['twice/bias', DataType.float16, [3]],
      ],
    ],
  ] as const)('stores a layer that is applied twice once, in %s where asked', async (weights, stored) => {
    const bytes = toOnnx(model, { card, weights, outputNames: ['clean'] });
    const { graph } = decodeModel(bytes);
    expect(graph.initializer.map(({ name, dataType, dims }) => [name, dataType, dims])).toEqual(stored);
    const x = picture(7, 6);
    const { clean } = await runOnnx(bytes, { picture: x });
    const error = tf.max(tf.abs(tf.sub(clean, model.predict(x) as tf.Tensor))).dataSync()[0];
    expect(error).toBeLessThan(weights === 'int8' ? 2e-2 : 5e-3);
    expect(error).toBeGreaterThan(0);
  });

  test('in int8 gives each channel its own scale, which the largest of its weights uses up', () => {
    const { graph } = decodeModel(toOnnx(model, { card, weights: 'int8', outputNames: ['clean'] }));
    const kernel = model.getLayer('twice').getWeights()[0].transpose([3, 2, 0, 1]).arraySync() as number[][][][];
    const read = weightsOf(graph.initializer).get('twice/kernel')!;
    kernel.forEach((channel, i) => {
      const values = channel.flat(2);
      const most = Math.max(...values.map(Math.abs));
      const got = [...read.data.subarray(i * values.length, (i + 1) * values.length)];
      expect(Math.max(...got.map(Math.abs))).toBeCloseTo(most, 6);
      values.forEach((value, j) => void expect(Math.abs(got[j] - value)).toBeLessThanOrEqual(most / 254 + 1e-6));
    });
    expect([...weightsOf(graph.initializer).keys()]).toEqual(['twice/kernel', 'twice/bias']);
  });

  test.each([
    ['a layer', () => layers.layerNormalization(), /layer_normalization.*a layer of class LayerNormalization/],
    ['the data format', () => layers.zeroPadding2d({ dataFormat: 'channelsFirst' }), /dataFormat channelsFirst/],
    ['an activation', () => layers.activation({ activation: 'mish' }), /the activation mish/],
  ])('is not written where %s has no counterpart', (_, layer, message) => {
    const outputs = layer().apply(image) as tf.SymbolicTensor;
    expect(() => toOnnx(tf.model({ inputs: image, outputs }), { card })).toThrow(
      expect.objectContaining({ code: 'E_MODEL' }),
    );
    expect(() => toOnnx(tf.model({ inputs: image, outputs }), { card })).toThrow(message);
  });
});

test('the restoration network answers the same at any size', async () => {
  const model = restorationUnet.build({ widths: [4, 6, 8], blocks: 1 });
  await expectOnnxEqual(model, [picture(16, 16), picture(16, 16, 1)]);
  await expectOnnxEqual(model, [picture(24, 40), picture(24, 40, 1)]);
});
