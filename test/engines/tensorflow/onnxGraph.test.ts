import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, test } from 'vitest';
import { cacheDirOf } from '../../../src/cli/io.js';
import * as tf from '../../../src/core/tf.js';
import { Graph } from '../../../src/engines/tensorflow/onnxGraph/graph.js';
import { ops } from '../../../src/engines/tensorflow/onnxGraph/ops.js';
import { loadTensorflow } from '../../../src/engines/tensorflow/tensorflow.js';
import type { OnnxTensor } from '../../../src/onnx/onnxProto.js';
import { floatTensor, int64Tensor } from '../../../src/onnx/onnxTensor.js';
import { type AttributeValue, type TinyNode, tinyModel } from '../../helpers/tinyModel.js';

/** Values that are all different, -1..1. */
const wave = (dims: readonly number[], phase = 0.1) =>
  Float32Array.from({ length: dims.reduce((product, size) => product * size, 1) }, (_, i) => Math.sin(i * 1.3 + phase));

/** The graph on TensorFlow's operators against onnxruntime; nothing may be left in TensorFlow's memory. */
async function compare(bytes: Uint8Array, size: number[]) {
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
  const { out: expected } = await session.run({ x: new Tensor('float32', wave(size), size) });
  await session.release();

  const before = tf.memory().numTensors;
  const graph = new Graph(bytes);
  const { out: received } = await graph.run({ x: { data: wave(size), dims: size } });
  graph.dispose();
  expect(tf.memory().numTensors).toBe(before);

  expect(received!.dims).toEqual(expected!.dims);
  const values = expected!.data as Float32Array;
  // Relative where values are large: 1 / x is, near 0.
  const differences = values.map((value, i) => Math.abs(value - received!.data[i]!) / Math.max(1, Math.abs(value)));
  expect(Math.max(...differences), 'largest difference').toBeLessThanOrEqual(1e-4);
}

beforeAll(async () => {
  await loadTensorflow({ cacheDir: cacheDirOf(process.platform, process.env) });
});

type Attributes = Record<string, AttributeValue>;
/** An operator, its attributes, the sizes of x, its other inputs (sizes of weights, or tensors), what is special, opset. */
type Case = [string, Attributes, number[], (number[] | OnnxTensor)[], string?, number?];

const ints = (...values: number[]) => int64Tensor('', [values.length], values);
const scalar = (value: number) => floatTensor('', [], [value]);
const absent: OnnxTensor = { name: '', dims: [0], dataType: 1, rawData: new Uint8Array(0) };
const f = (value: number) => ({ f: value });
const image = [1, 4, 9, 7];

const cases: Case[] = [
  ['Conv', { pads: [1, 1, 1, 1] }, image, [[5, 4, 3, 3], [5]]],
  ['Conv', { pads: [0, 1, 2, 0], strides: [2, 1] }, image, [[5, 4, 3, 2]], 'uneven pads, strides'],
  ['Conv', { pads: [2, 2, 2, 2], dilations: [2, 2] }, image, [[5, 4, 3, 3]], 'dilation'],
  ['Conv', { pads: [2, 2, 2, 2], dilations: [2, 2], strides: [2, 2] }, image, [[5, 4, 3, 3]], 'dilation and strides'],
  ['Conv', { auto_pad: 'SAME_UPPER', strides: [2, 2] }, image, [[5, 4, 4, 4]], 'same, upper'],
  ['Conv', { auto_pad: 'SAME_LOWER', strides: [2, 2] }, image, [[5, 4, 4, 4]], 'same, lower'],
  ['Conv', { auto_pad: 'VALID' }, image, [[5, 4, 3, 3]], 'valid'],
  ['Conv', { group: 2, pads: [1, 1, 1, 1] }, image, [[6, 2, 3, 3], [6]], 'groups'],
  ['Conv', { group: 4, pads: [1, 1, 1, 1] }, image, [[8, 1, 3, 3], [8]], 'depthwise, twice'],
  ['Conv', { group: 4, pads: [2, 2, 2, 2], dilations: [2, 2] }, image, [[4, 1, 3, 3]], 'depthwise, dilation'],
  ['Conv', { group: 4, strides: [2, 1] }, image, [[4, 1, 3, 3]], 'depthwise, uneven strides'],
  ['ConvTranspose', { strides: [2, 2] }, image, [[4, 5, 2, 2], [5]]],
  ['ConvTranspose', { strides: [2, 2], pads: [1, 1, 1, 1], output_padding: [1, 1] }, image, [[4, 5, 3, 3]], 'padding'],
  ['ConvTranspose', { strides: [2, 2], output_padding: [1, 1] }, image, [[4, 5, 2, 2]], 'more than there is'],
  ['ConvTranspose', { strides: [3, 2], dilations: [2, 1] }, image, [[4, 5, 3, 3]], 'dilation'],
  ['ConvTranspose', { strides: [2, 2], group: 2 }, image, [[4, 3, 2, 2]], 'groups'],
  ['ConvTranspose', { strides: [2, 2], auto_pad: 'SAME_UPPER' }, image, [[4, 5, 3, 3]], 'same, upper'],
  ['ConvTranspose', { strides: [2, 2], auto_pad: 'SAME_LOWER' }, image, [[4, 5, 3, 3]], 'same, lower'],
  ['ConvTranspose', { strides: [2, 2], output_shape: [18, 14] }, image, [[4, 5, 3, 3]], 'a given size'],
  ['MaxPool', { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }, image, []],
  ['MaxPool', { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 }, image, [], 'ceil'],
  ['AveragePool', { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }, image, []],
  ['AveragePool', { kernel_shape: [3, 3], pads: [1, 1, 1, 1], count_include_pad: 1 }, image, [], 'padding counts'],
  ['AveragePool', { kernel_shape: [2, 3], strides: [2, 2], ceil_mode: 1 }, image, [], 'ceil'],
  ['AveragePool', { kernel_shape: [2, 2], auto_pad: 'SAME_UPPER' }, image, [], 'same'],
  ['GlobalAveragePool', {}, image, []],
  ['GlobalMaxPool', {}, image, []],
  ...[
    'Abs',
    'Ceil',
    'Cos',
    'Elu',
    'Erf',
    'Exp',
    'Floor',
    'HardSigmoid',
    'HardSwish',
    'Identity',
    'LeakyRelu',
    'Neg',
  ].map((op): Case => [op, {}, image, []]),
  ...['Reciprocal', 'Relu', 'Round', 'Sigmoid', 'Sign', 'Sin', 'Softplus', 'Softsign', 'Tanh', 'Dropout'].map(
    (op): Case => [op, {}, image, []],
  ),
  ['Elu', { alpha: f(0.5) }, image, [], 'alpha'],
  ['LeakyRelu', { alpha: f(0.2) }, image, [], 'alpha'],
  ['Clip', {}, image, [scalar(-0.25), scalar(0.5)]],
  ['Clip', {}, image, [absent, scalar(0.5)], 'upper bound alone'],
  ...['Add', 'Sub', 'Mul', 'Div', 'Max', 'Min', 'Mean', 'Sum'].flatMap((op): Case[] => [
    [op, {}, image, [image], 'same size'],
    [op, {}, image, [[4, 1, 1]], 'a channel'],
    [op, {}, image, [[7]], 'a column'],
    [op, {}, image, [scalar(0.7)], 'a number'],
    [op, {}, [9, 7], [[2, 4, 1, 1]], 'more axes on the right'],
  ]),
  ['Gelu', {}, image, [], '', 20],
  ['Gelu', { approximate: 'tanh' }, image, [], 'tanh', 20],
  ['GroupNormalization', { num_groups: 2 }, image, [[4], [4]], '', 21],
  ['Upsample', { mode: 'nearest' }, image, [floatTensor('', [4], [1, 1, 2, 3])], 'nearest', 9],
  ['Upsample', { mode: 'linear' }, image, [floatTensor('', [4], [1, 1, 2, 2])], 'linear', 9],
  ['Resize', { mode: 'nearest' }, image, [floatTensor('', [4], [1, 1, 2, 0.6])], 'of operator set 10', 10],
  ['Softmax', {}, image, [], 'of operator set 11', 11],
  ['Slice', { starts: [1], ends: [3], axes: [1] }, image, [], 'of operator set 9', 9],
  ['Squeeze', { axes: [0] }, image, [], 'of operator set 11', 11],
  ['Pad', { pads: [0, 0, 1, 1, 0, 0, 1, 1], value: f(0.5) }, image, [], 'of operator set 9', 9],
  ['Clip', { min: f(-0.5), max: f(0.25) }, image, [], 'of operator set 9', 9],
  ['Pow', {}, image, [scalar(2)]],
  ['PRelu', {}, image, [[4, 1, 1]]],
  ['Softmax', { axis: 1 }, image, [], 'channels'],
  ['Softmax', {}, image, [], 'last'],
  ['LogSoftmax', { axis: 1 }, image, []],
  ['Concat', { axis: 1 }, image, [[1, 2, 9, 7]], 'channels'],
  ['Concat', { axis: -1 }, image, [[1, 4, 9, 3]], 'columns'],
  ['Slice', {}, image, [ints(1, 0), ints(3, 2 ** 53 - 1), ints(1, 2)]],
  ['Slice', {}, image, [ints(-3), ints(-1), ints(-1)], 'from the end'],
  ['Slice', {}, image, [ints(1, 0), ints(8, 7), ints(2, 3), ints(2, 3)], 'steps'],
  ['Slice', {}, image, [ints(8), ints(-1000), ints(2), ints(-1)], 'backwards'],
  ['Slice', {}, image, [ints(100), ints(-1000), ints(3), ints(-2)], 'backwards by two'],
  ['Pad', {}, image, [ints(0, 0, 1, 2, 0, 1, 3, 0), scalar(0.5)], 'constant'],
  ['Pad', {}, image, [ints(0, 0, -1, 2, 0, 0, -2, 0)], 'cropping'],
  ['Pad', { mode: 'reflect' }, image, [ints(0, 0, 3, 2, 0, 0, 8, 6)], 'reflect'],
  ['Pad', { mode: 'edge' }, image, [ints(0, 0, 3, 2, 0, 0, 12, 1)], 'edge'],
  ['Reshape', {}, image, [ints(0, -1, 9)]],
  ['Transpose', { perm: [0, 2, 3, 1] }, image, []],
  ['Transpose', {}, image, [], 'all'],
  ['Squeeze', {}, [1, 4, 1, 7], [ints(0, -2)]],
  ['Squeeze', {}, [1, 4, 1, 7], [], 'all'],
  ['Unsqueeze', {}, [9, 7], [ints(0, -1)]],
  ['Flatten', { axis: 2 }, image, []],
  ['Expand', {}, [4, 1, 7], [ints(2, 1, 9, 1)]],
  ['Tile', {}, image, [ints(1, 2, 1, 3)]],
  ['Gather', { axis: 1 }, image, [ints(3, -4, 1)], 'channels'],
  ['Gather', { axis: 1 }, image, [int64Tensor('', [], [2])], 'one channel'],
  ['DepthToSpace', { blocksize: 2 }, [1, 8, 3, 5], [], 'DCR'],
  ['DepthToSpace', { blocksize: 2, mode: 'CRD' }, [1, 8, 3, 5], [], 'CRD'],
  ['SpaceToDepth', { blocksize: 2 }, [2, 3, 4, 6], []],
  ...['half_pixel', 'pytorch_half_pixel', 'align_corners', 'asymmetric'].flatMap((coordinates): Case[] =>
    ['nearest', 'linear', 'cubic'].flatMap((mode): Case[] => [
      [
        'Resize',
        { mode, coordinate_transformation_mode: coordinates },
        image,
        [absent, absent, ints(1, 4, 20, 15)],
        `${mode}, ${coordinates}, up`,
      ],
      [
        'Resize',
        { mode, coordinate_transformation_mode: coordinates },
        image,
        [absent, floatTensor('', [4], [1, 1, 0.5, 0.7])],
        `${mode}, ${coordinates}, down`,
      ],
    ]),
  ),
  ...['round_prefer_ceil', 'floor', 'ceil'].map(
    (rounding): Case => [
      'Resize',
      { mode: 'nearest', nearest_mode: rounding, coordinate_transformation_mode: 'asymmetric' },
      image,
      [absent, floatTensor('', [4], [1, 1, 2, 3])],
      rounding,
    ],
  ),
  ['Resize', { mode: 'cubic', exclude_outside: 1 }, image, [absent, absent, ints(1, 4, 20, 15)], 'cubic, inside only'],
  ...['ReduceMean', 'ReduceMax', 'ReduceMin', 'ReduceL2', 'ReduceProd'].flatMap((op): Case[] => [
    [op, { axes: [1] }, image, [], 'channels'],
    [op, { axes: [-1, -2], keepdims: 0 }, image, [], 'space'],
  ]),
  ['ReduceMean', {}, image, [], 'everything'],
  ['ReduceSum', {}, image, [ints(1)]],
  ['ReduceSum', { keepdims: 0 }, image, [ints(2, 3)], 'space'],
  ['MatMul', {}, [2, 3, 4], [[4, 5]]],
  ['MatMul', {}, [2, 1, 3, 4], [[3, 4, 5]], 'broadcast'],
  ['MatMul', {}, [4], [[4, 5]], 'a vector'],
  ['MatMul', {}, [3, 4], [[4]], 'by a vector'],
  ['Gemm', { alpha: f(0.5), beta: f(2), transB: 1 }, [3, 4], [[5, 4], [5]]],
  ['Gemm', { transA: 1 }, [4, 3], [[4, 5]], 'transposed'],
  ['BatchNormalization', {}, image, [[4], [4], [4], floatTensor('', [4], [0.1, 2, 3, 0.7])]],
  ['InstanceNormalization', { epsilon: f(1e-3) }, image, [[4], [4]]],
  ['LayerNormalization', {}, [2, 5, 8], [[8], [8]]],
  ['LayerNormalization', { axis: 1 }, image, [[4, 9, 7]], 'from channels on'],
  ['LRN', { size: 3, alpha: f(0.3), beta: f(0.6), bias: f(1.5) }, image, []],
];

const chains: [string, TinyNode[], number[]][] = [
  [
    'ArgMax',
    [
      { op: 'ArgMax', in: ['x'], out: ['i'], with: { axis: 1, keepdims: 0 } },
      { op: 'Cast', in: ['i'], out: ['out'], with: { to: 1 } },
    ],
    image,
  ],
  [
    'ArgMin',
    [
      { op: 'ArgMin', in: ['x'], out: ['i'], with: { axis: 2 } },
      { op: 'Cast', in: ['i'], out: ['out'], with: { to: 1 } },
    ],
    image,
  ],
  [
    'Split in halves',
    [
      { op: 'Split', in: ['x'], out: ['a', 'b'], with: { axis: 1 } },
      { op: 'Sub', in: ['a', 'b'], out: ['out'] },
    ],
    image,
  ],
  [
    'Sqrt, Log',
    [
      { op: 'Abs', in: ['x'], out: ['a'] },
      { op: 'Sqrt', in: ['a'], out: ['b'] },
      { op: 'Log', in: ['b'], out: ['out'] },
    ],
    image,
  ],
  [
    'Shape, Gather, Range, Cast',
    [
      { op: 'Shape', in: ['x'], out: ['s'] },
      { op: 'Constant', in: [], out: ['three'], with: { value_int: 3 } },
      { op: 'Constant', in: [], out: ['zero'], with: { value_int: 0 } },
      { op: 'Constant', in: [], out: ['one'], with: { value_int: 1 } },
      { op: 'Gather', in: ['s', 'three'], out: ['w'] },
      { op: 'Range', in: ['zero', 'w', 'one'], out: ['r'] },
      { op: 'Cast', in: ['r'], out: ['c'], with: { to: 1 } },
      { op: 'Add', in: ['x', 'c'], out: ['out'] },
    ],
    image,
  ],
  [
    'ConstantOfShape',
    [
      { op: 'Shape', in: ['x'], out: ['s'] },
      { op: 'ConstantOfShape', in: ['s'], out: ['c'], with: { value: { t: floatTensor('', [1], [0.25]) } } },
      { op: 'Add', in: ['x', 'c'], out: ['out'] },
    ],
    image,
  ],
  ...['Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'Equal'].map((op): [string, TinyNode[], number[]] => [
    `${op}, Not, Where`,
    [
      { op: 'Tanh', in: ['x'], out: ['t'] },
      { op, in: ['x', 't'], out: ['c'] },
      { op: 'Not', in: ['c'], out: ['n'] },
      { op: 'Where', in: ['n', 'x', 't'], out: ['out'] },
    ],
    image,
  ]),
  [
    'And, Or',
    [
      { op: 'Sin', in: ['x'], out: ['s'] },
      { op: 'Cos', in: ['x'], out: ['c'] },
      { op: 'Greater', in: ['s', 'x'], out: ['a'] },
      { op: 'Less', in: ['c', 's'], out: ['b'] },
      { op: 'And', in: ['a', 'b'], out: ['d'] },
      { op: 'Or', in: ['d', 'b'], out: ['e'] },
      { op: 'Where', in: ['e', 's', 'c'], out: ['out'] },
    ],
    image,
  ],
];

describe('TensorFlow computes as onnxruntime', () => {
  test.each(
    cases.map(([op, attributes, size, others, note = '', opset = 17]) => ({
      op,
      attributes,
      size,
      others,
      note,
      opset,
    })),
  )('$op $note', async ({ op, attributes, size, others, opset }) => {
    const weights = others
      .map((other, i) => (Array.isArray(other) ? floatTensor('', other, wave(other, i + 2)) : other))
      .map((other, i) => ({ ...other, name: other === absent ? '' : `w${i}` }));
    const node = { op, in: ['x', ...weights.map(({ name }) => name)], out: ['out'], with: attributes };
    await compare(
      tinyModel(
        [node],
        { x: size },
        ['out'],
        weights.filter(({ name }) => name !== ''),
        opset,
      ),
      size,
    );
  });

  test.each(chains)('%s', (_, nodes, size) => compare(tinyModel(nodes, { x: size }, ['out']), size));
});

test('every operator of the table is compared', () => {
  const compared = new Set([...cases.map(([op]) => op), ...chains.flatMap(([, nodes]) => nodes.map(({ op }) => op))]);
  expect(Object.keys(ops).filter((op) => !compared.has(op))).toEqual([]);
});
