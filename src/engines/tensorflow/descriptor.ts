import type { EngineDescriptor, SetupOptions } from '../engine.js';

const load = async () => (await import('./tensorflow.js')).tensorflowEngine;

/** libtensorflow through tfjs-node: what networks are trained on, and a second opinion on what onnxruntime answers. */
export const tensorflow = {
  name: 'tensorflow',
  summary: 'TensorFlow, which `perpixel setup tensorflow` installs',
  devices: ['cpu', 'gpu'],
  load,
  async train({ cacheDir }: { cacheDir?: string }) {
    const { describe, loadTensorflow } = await import('./tensorflow.js');
    return { description: describe(await loadTensorflow({ cacheDir })), dispose() {} };
  },
  async probe({ cacheDir }: { cacheDir?: string }) {
    const [{ probeDevice }, { describe, loadTensorflow }] = await Promise.all([
      import('../probe.js'),
      import('./tensorflow.js'),
    ]);
    const options = { load, cacheDir, detail: async () => describe(await loadTensorflow({ cacheDir })) };
    return [await probeDevice('tensorflow', 'cpu', options), await probeDevice('tensorflow', 'gpu', options)];
  },
  setup: {
    summary: 'From npm and PyPI, 250 MB of download, built with g++; needed for training only',
    run: async (options: SetupOptions) => (await import('./setup.js')).setupTensorflow(options),
  },
} as const satisfies EngineDescriptor;
