import type { ModelCard } from '../../src/onnx/modelFile.js';
import { withCard } from '../../src/onnx/modelFile.js';
import { AttributeType, DataType, encodeModel, type OnnxAttribute, type OnnxTensor } from '../../src/onnx/onnxProto.js';

/** A number, a list or a text as the attribute it would be in ONNX; whole numbers are ints, `{ f }` says float. */
export type AttributeValue = number | readonly number[] | string | { f: number } | { t: OnnxTensor };

export interface TinyNode {
  op: string;
  in: string[];
  out: string[];
  with?: Record<string, AttributeValue>;
}

/** Writes an .onnx of a few nodes; inputs are float32 (a null dimension is free), every output is float32 too. */
export function tinyModel(
  nodes: TinyNode[],
  inputs: Record<string, (number | null)[]>,
  outputs: string[],
  initializer: OnnxTensor[] = [],
  opset = 17,
): Uint8Array {
  return encodeModel({
    irVersion: 10,
    producerName: 'perpixel tests',
    opsetImport: [{ domain: '', version: opset }],
    graph: {
      name: 'tiny',
      input: Object.entries(inputs).map(([name, dims]) => ({
        name,
        type: {
          tensorType: {
            elemType: DataType.float,
            shape: { dim: dims.map((size, axis) => (size === null ? { dimParam: `d${axis}` } : { dimValue: size })) },
          },
        },
      })),
      output: outputs.map((name) => ({ name, type: { tensorType: { elemType: DataType.float } } })),
      initializer,
      node: nodes.map((node) => ({
        opType: node.op,
        input: node.in,
        output: node.out,
        attribute: Object.entries(node.with ?? {}).map(([name, value]) => attribute(name, value)),
      })),
    },
  });
}

function attribute(name: string, value: AttributeValue): OnnxAttribute {
  if (typeof value === 'number') return { name, type: AttributeType.int, i: value };
  if (typeof value === 'string') return { name, type: AttributeType.string, s: new TextEncoder().encode(value) };
  if ('f' in value) return { name, type: AttributeType.float, f: value.f };
  if ('t' in value) return { name, type: AttributeType.tensor, t: value.t };
  return { name, type: AttributeType.ints, ints: [...value] };
}

export const tinyCard: ModelCard = {
  name: 'tiny',
  task: 'denoise',
  network: 'none',
  options: { width: 4 },
  licence: 'Apache-2.0',
  data: [{ name: 'made up', licence: 'CC0-1.0' }],
  scores: [],
  channels: 1,
  normalisation: { mean: [0.5], scale: [0.2] },
  stride: 1,
  receptiveRadius: 1,
  parameters: 1,
};

/** out = relu(image) with a card: the smallest model file that is one. */
export const reluModel = withCard(
  tinyModel([{ op: 'Relu', in: ['image'], out: ['out'] }], { image: [1, 1, null, null] }, ['out']),
  tinyCard,
);
