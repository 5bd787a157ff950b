import type { EngineDescriptor } from '../engine.js';

/** tfjs on Dawn: training on any GPU with a Vulkan, Metal or DirectX 12 driver. Models run on such a GPU by onnx. */
export const webgpu = {
  name: 'webgpu',
  summary:
    'WebGPU, on any GPU with a driver, where the packages webgpu and @tensorflow/tfjs-backend-webgpu are installed',
  devices: ['gpu'],
  train: async () => (await import('./webgpu.js')).loadWebgpu(),
  async probe() {
    const [{ finding }, { loadWebgpu }] = await Promise.all([import('../probe.js'), import('./webgpu.js')]);
    return [
      await finding('webgpu on the GPU, for training', async () => {
        const { description, dispose } = await loadWebgpu();
        dispose();
        return description;
      }),
    ];
  },
} as const satisfies EngineDescriptor;
