import type { EngineDescriptor } from '../engine.js';

const load = async () => (await import('./onnx.js')).onnxEngine;

/** The embedded engine; on a GPU, the first of its providers that works. */
export const onnxruntime = {
  name: 'onnx',
  summary: 'ONNX Runtime, which is always there',
  devices: ['cpu', 'gpu'],
  load,
  async probe() {
    const [{ probeDevice }, { gpuFindings }] = await Promise.all([import('../probe.js'), import('./gpuProvider.js')]);
    return [
      await probeDevice('onnx', 'cpu', { load, detail: async () => 'onnxruntime' }),
      ...(await gpuFindings('onnx')),
    ];
  },
} as const satisfies EngineDescriptor;
