import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { AttributeType, DataType, decodeModel, encodeModel, type OnnxModel } from '../../src/onnx/onnxProto.js';
import { float16Tensor, floatTensor, int64Tensor, tensorValues } from '../../src/onnx/onnxTensor.js';

const image = (name: string) => ({
  name,
  type: {
    tensorType: {
      elemType: DataType.float,
      shape: { dim: [{ dimValue: 1 }, { dimValue: 1 }, { dimParam: 'height' }, { dimParam: 'width' }] },
    },
  },
});

/** out = image * 2.5 (float16, cast) with the rows cut to [0, 2). */
const model: OnnxModel = {
  irVersion: 8,
  producerName: 'perpixel',
  opsetImport: [{ domain: '', version: 17 }],
  graph: {
    name: 'scale',
    input: [image('image')],
    output: [image('out')],
    initializer: [
      float16Tensor('half', [1], [2.5]),
      int64Tensor('starts', [1], [0]),
      int64Tensor('ends', [1], [2]),
      int64Tensor('axes', [1], [2]),
    ],
    node: [
      {
        opType: 'Cast',
        input: ['half'],
        output: ['scale'],
        attribute: [{ name: 'to', type: AttributeType.int, i: DataType.float }],
      },
      { opType: 'Mul', input: ['image', 'scale'], output: ['scaled'] },
      { opType: 'Slice', input: ['scaled', 'starts', 'ends', 'axes'], output: ['out'] },
    ],
  },
  metadataProps: [{ key: 'task', value: 'denoise' }],
};

describe('an ONNX file', () => {
  test('is read back as it was written', () => {
    const read = decodeModel(encodeModel(model));
    expect(read).toMatchObject({ ...model, graph: { ...model.graph, initializer: expect.anything() } });
    expect(read.graph.initializer.map((tensor) => [tensor.name, [...tensorValues(tensor)]])).toEqual([
      ['half', [2.5]],
      ['starts', [0]],
      ['ends', [2]],
      ['axes', [2]],
    ]);
  });

  test('is what onnxruntime understands', async () => {
    const session = await InferenceSession.create(encodeModel(model));
    const { out } = await session.run({ image: new Tensor('float32', [1, 2, 3, 4, 5, 6], [1, 1, 3, 2]) });
    expect(out!.dims).toEqual([1, 1, 2, 2]);
    expect([...(out!.data as Float32Array)]).toEqual([2.5, 5, 7.5, 10]);
    await session.release();
  });

  test.each([
    ['text', new TextEncoder().encode('not a model at all'), 'not a protobuf message'],
    ['nothing', new Uint8Array(0), 'without a graph'],
    ['half a file', encodeModel(model).subarray(0, 100), 'not a protobuf message'],
  ])('that is %s is refused', (_, bytes, why) => {
    expect(() => decodeModel(bytes)).toThrow(expect.objectContaining({ code: 'E_MODEL' }));
    expect(() => decodeModel(bytes)).toThrow(why);
  });

  test('with weights in another file is refused', () => {
    const weight = { ...floatTensor('w', [1], [1]), dataLocation: 1 };
    const bytes = encodeModel({ ...model, graph: { ...model.graph, initializer: [weight] } });
    expect(() => decodeModel(bytes)).toThrow('weights kept outside the file (w)');
  });
});

describe('an initialiser', () => {
  test.each([
    ['float', floatTensor('t', [2], [0.1, -3]), [Math.fround(0.1), -3]],
    ['float16', float16Tensor('t', [2, 2], [1, -0.5, 65504, 2049]), [1, -0.5, 65504, 2048]],
    ['int64', int64Tensor('t', [3], [-1, 0, 2 ** 53 - 1]), [-1, 0, 2 ** 53 - 1]],
    ['a scalar', floatTensor('t', [], [7]), [7]],
    ['listed floats', { dims: [2], dataType: DataType.float, floatData: [1, 2] }, [1, 2]],
    ['listed float16', { dims: [1], dataType: DataType.float16, int32Data: [0x4100] }, [2.5]],
    ['listed int64', { dims: [2], dataType: DataType.int64, int64Data: [4, -4] }, [4, -4]],
    ['raw bool', { dims: [2], dataType: DataType.bool, rawData: Uint8Array.of(1, 0) }, [1, 0]],
    ['raw int8', { dims: [1], dataType: DataType.int8, rawData: Uint8Array.of(255) }, [-1]],
  ])('of %s is read', (_, tensor, values) => expect([...tensorValues(tensor)]).toEqual(values));

  test('of the wrong length is refused', () => {
    expect(() => floatTensor('w', [2, 3], [1])).toThrow('w: 1 values for a tensor of 2 x 3; expected 6 values');
  });
});
