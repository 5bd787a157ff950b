import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NamedTensors } from '../../src/engines/engine.js';
import { openSession } from '../../src/engines/registry.js';
import { readModelFile } from '../../src/onnx/modelFile.js';
import { floatTensor } from '../../src/onnx/onnxTensor.js';
import { blur, tinyDenoiser } from '../helpers/tinyDenoiser.js';
import { tinyModel } from '../helpers/tinyModel.js';
import { type FuzzedKind, told } from './kind.js';

const SIZE = [null, 3, null, null];
const assumed = { stride: 1, receptiveRadius: 1, task: 'denoise', channels: 3 } as const;

const relu = () => tinyModel([{ op: 'Relu', in: ['image'], out: ['clean'] }], { image: SIZE }, ['clean']);

/** Operators of several kinds, with weights, whole numbers and lists as attributes. */
const several = () =>
  tinyModel(
    [
      { op: 'Conv', in: ['image', 'kernel'], out: ['a'], with: { pads: [1, 1, 1, 1], strides: [2, 2] } },
      { op: 'Relu', in: ['a'], out: ['b'] },
      { op: 'ConvTranspose', in: ['b', 'kernel'], out: ['c'], with: { strides: [2, 2], kernel_shape: [3, 3] } },
      { op: 'Concat', in: ['c', 'c'], out: ['d'], with: { axis: 1 } },
      { op: 'Transpose', in: ['d'], out: ['clean'], with: { perm: [0, 1, 3, 2] } },
    ],
    { image: SIZE },
    ['clean'],
    [floatTensor('kernel', [3, 3, 3, 3], Array(81).fill(0.1))],
  );

const models = async () => [relu(), several(), tinyDenoiser(blur)].map((bytes) => Buffer.from(bytes));

/** Opens it, and has it answer once. */
const answering = (engine: 'onnx' | 'tensorflow') => async (bytes: Buffer) =>
  told('running', async () => {
    const model = await readModelFile(new Uint8Array(bytes), { assumed });
    await using session = { ...(await open(model, engine)) };
    await session.run();
  });

async function open(model: Awaited<ReturnType<typeof readModelFile>>, engine: 'onnx' | 'tensorflow') {
  const session = await openSession(model, { engine, threads: 1 });
  const image: NamedTensors = { image: { data: new Float32Array(3 * 8 * 6).fill(0.5), dims: [1, 3, 8, 6] } };
  return { run: () => session.run(image), [Symbol.asyncDispose]: () => session.dispose() };
}

/** Model files: read, opened by each engine, and asked; and weights as training keeps them. */
export const modelKinds: Readonly<Record<string, FuzzedKind>> = {
  onnx: {
    seeds: async () => [Buffer.from(relu())],
    attempt: (bytes) =>
      told('reading', async () => {
        await readModelFile(new Uint8Array(bytes), { assumed: { ...assumed, channels: 1 } });
      }),
  },
  session: { seeds: models, attempt: answering('onnx') },
  graph: { seeds: models, attempt: answering('tensorflow') },
  safetensors: {
    seeds: async () => [safetensors()],
    attempt: (bytes, { folder }) =>
      told('reading', async () => {
        const { readCheckpoint } = await import('../../src/training/checkpoint.js');
        const file = join(folder, 'checkpoint.safetensors');
        await writeFile(file, bytes);
        await readCheckpoint(file);
      }),
  },
};

function safetensors(): Buffer {
  const header = JSON.stringify({
    __metadata__: { step: '3' },
    'a/kernel': { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
    'a/bias': { dtype: 'F32', shape: [3], data_offsets: [24, 36] },
  });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, Buffer.from(header), Buffer.alloc(36, 0x3f)]);
}
