import { DataType, encodeModel } from '../onnx/onnxProto.js';
import { floatTensor } from '../onnx/onnxTensor.js';

export interface Probe {
  /** An .onnx of one input `image`. */
  model: Uint8Array;
  input: Float32Array;
  dims: readonly number[];
  /** The first value of the answer, computed by hand. */
  first: number;
}

const CHANNELS = 3;
const SIZE = 16;

/** A 3 x 3 convolution from 3 to 8 channels: small, and what every model of ours is made of. All its weights differ. */
export function probeModel(): Probe {
  const weight = wave(8 * CHANNELS * 3 * 3);
  const input = wave(CHANNELS * SIZE * SIZE);
  let first = 0;
  for (let channel = 0; channel < CHANNELS; channel++) {
    for (let y = 0; y < 3; y++) {
      for (let x = 0; x < 3; x++) {
        first += weight[(channel * 3 + y) * 3 + x]! * input[(channel * SIZE + y) * SIZE + x]!;
      }
    }
  }
  const value = (name: string) => ({ name, type: { tensorType: { elemType: DataType.float } } });
  const model = encodeModel({
    irVersion: 8,
    opsetImport: [{ version: 17 }],
    graph: {
      name: 'probe',
      input: [value('image')],
      output: [value('out')],
      initializer: [floatTensor('weight', [8, CHANNELS, 3, 3], weight)],
      node: [{ opType: 'Conv', input: ['image', 'weight'], output: ['out'] }],
    },
  });
  return { model, input, dims: [1, CHANNELS, SIZE, SIZE], first };
}

function wave(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin(i));
}
