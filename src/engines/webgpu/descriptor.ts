import type { EngineDescriptor } from '../engine.js';
import { findTfjs } from '../tensorflow/findTfjs.js';
import type { ProbeReply } from './adapterProbe.js';

const INSTALL = 'Run `npm install webgpu @tensorflow/tfjs-backend-webgpu@4.22.0 @tensorflow/tfjs-layers@4.22.0`.';

/** tfjs on Dawn: training on any GPU with a Vulkan, Metal or DirectX 12 driver. Models run on such a GPU by onnx. */
export const webgpu = {
  name: 'webgpu',
  summary:
    'WebGPU, on any GPU with a driver, where the packages webgpu and @tensorflow/tfjs-backend-webgpu are installed',
  devices: ['gpu'],
  async train() {
    findTfjs();
    return (await import('./webgpu.js')).loadWebgpu();
  },
  async probe() {
    const { askChild } = await import('../askChild.js');
    const name = 'webgpu on the GPU, for training';
    const reply = await askChild<ProbeReply>(new URL('./adapterProbe.js', import.meta.url), {});
    if ('description' in reply) return [{ name, works: true, detail: reply.description }];
    if ('missing' in reply) return [{ name, works: false, detail: reply.missing, cure: INSTALL }];
    return [
      {
        name,
        works: false,
        detail: reply.failure,
        cure: 'Install the driver of your GPU; on Linux its Vulkan driver.',
      },
    ];
  },
} as const satisfies EngineDescriptor;
