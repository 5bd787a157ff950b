import { PerpixelError } from '../../core/errors.js';
import * as tf from '../../core/tf.js';
import type { Trainer } from '../engine.js';

/**
 * Makes tfjs's WebGPU backend the current one, on Dawn, as the npm package `webgpu` brings it to Node: training on any GPU
 * with a Vulkan, Metal or DirectX 12 driver.
 *
 * @throws PerpixelError E_ENGINE where the packages or a GPU are missing
 */
export async function loadWebgpu(): Promise<Trainer> {
  const { create, globals } = await import('webgpu').catch(missing);
  Object.assign(globalThis, globals);
  const gpu = create([]);
  // tfjs looks for it when it is imported.
  const { navigator = {} } = globalThis as { navigator?: object };
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
  Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true });
  const adapter = await gpu.requestAdapter();
  if (!adapter) throw unavailable('no GPU that WebGPU can use');
  const device = await adapter.requestDevice({ requiredLimits: largest(adapter.limits) });
  // A kernel that the device refuses leaves its answer unwritten: that must end training, not go on with other numbers.
  device.addEventListener('uncapturederror', ({ error }) => {
    void Promise.reject(unavailable(`a GPU that refused a kernel (${error.message.split('\n')[0]})`));
  });
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu').catch(missing);
  tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => new WebGPUBackend(device, adapter.info));
  await tf.setBackend('webgpu');
  await tf.ready();
  return {
    description: adapter.info.description,
    dispose() {
      tf.removeBackend('webgpu');
      device.destroy();
      Reflect.deleteProperty(navigator, 'gpu');
    },
  };
}

/** As much as the adapter gives: weights of a large layer are one buffer, and some kernels take many buffers. */
function largest(limits: GPUSupportedLimits): Record<string, number> {
  const names = [
    ...(['maxBufferSize', 'maxStorageBufferBindingSize', 'maxStorageBuffersPerShaderStage'] as const),
    ...(['maxComputeWorkgroupStorageSize', 'maxComputeWorkgroupsPerDimension'] as const),
    ...(['maxComputeWorkgroupSizeX', 'maxComputeInvocationsPerWorkgroup'] as const),
  ];
  return Object.fromEntries(names.map((name) => [name, limits[name]]));
}

function missing(cause: Error): never {
  throw unavailable(`a package that is not installed (${cause.message.split('\n')[0]})`, cause);
}

function unavailable(received: string, cause?: Error): PerpixelError {
  return new PerpixelError({
    code: 'E_ENGINE',
    received,
    expected: 'a GPU driver, and the packages webgpu and @tensorflow/tfjs-backend-webgpu',
    cure: 'Run `npm install webgpu @tensorflow/tfjs-backend-webgpu@4.22.0 @tensorflow/tfjs-layers@4.22.0`, or use --engine tensorflow.',
    cause,
  });
}
