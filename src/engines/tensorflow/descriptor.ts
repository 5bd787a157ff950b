import type { Engine, EngineDescriptor, SetupOptions } from '../engine.js';
import { findTfjs } from './findTfjs.js';

const engine: Engine = {
  open: async (model, options) => (await found(options?.cacheDir)).openTensorflow(model, options),
};

/** libtensorflow through tfjs-node: what networks are trained on, and a second opinion on what onnxruntime answers. */
export const tensorflow = {
  name: 'tensorflow',
  summary: 'TensorFlow, which `perpixel setup tensorflow` installs',
  devices: ['cpu', 'gpu'],
  load: async () => engine,
  async train({ cacheDir }: { cacheDir?: string }) {
    const { describe, loadTensorflow } = await found(cacheDir);
    return { description: describe(await loadTensorflow({ cacheDir })), dispose() {} };
  },
  async probe({ cacheDir }: { cacheDir?: string }) {
    const { probeDevice } = await import('../probe.js');
    const detail = async () => {
      const { describe, loadTensorflow } = await found(cacheDir);
      return describe(await loadTensorflow({ cacheDir }));
    };
    const options = { load: async () => engine, cacheDir, detail };
    return [await probeDevice('tensorflow', 'cpu', options), await probeDevice('tensorflow', 'gpu', options)];
  },
  setup: {
    summary: 'From npm and PyPI, 250 MB of download, built with g++; needed for training only',
    run: async (options: SetupOptions) => (await import('./setup.js')).setupTensorflow(options),
  },
} as const satisfies EngineDescriptor;

async function found(cacheDir: string | undefined) {
  findTfjs(cacheDir);
  return import('./tensorflow.js');
}
