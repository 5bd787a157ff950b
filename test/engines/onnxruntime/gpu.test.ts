import { existsSync } from 'node:fs';
import { platform } from 'node:os';
import { expect, test } from 'vitest';
import { findGpuProvider, gpuProviders, probeProvider } from '../../../src/engines/onnxruntime/gpuProvider.js';
import { onnxEngine } from '../../../src/engines/onnxruntime/onnx.js';
import { readModelFile } from '../../../src/onnx/modelFile.js';
import { floatTensor } from '../../../src/onnx/onnxTensor.js';
import { tinyCard, tinyModel } from '../../helpers/tinyModel.js';

/**
 * The GPU path for real, on a machine without a GPU too: WebGPU on SwiftShader, the Vulkan driver in software that
 * Debian's chromium-common carries. The Vulkan loader (libvulkan1) finds it by VK_ICD_FILENAMES.
 */
const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';
if (existsSync(swiftShader)) process.env.VK_ICD_FILENAMES ??= swiftShader;

const wave = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * 1.7));

/** 3 -> 8 -> 3 channels with a skip, down and up again: what restoration networks are made of. */
const bytes = tinyModel(
  [
    { op: 'Conv', in: ['image', 'w1', 'b1'], out: ['c1'], with: { pads: [1, 1, 1, 1], strides: [2, 2] } },
    { op: 'Relu', in: ['c1'], out: ['r1'] },
    { op: 'Conv', in: ['r1', 'w2'], out: ['c2'], with: { pads: [1, 1, 1, 1] } },
    { op: 'DepthToSpace', in: ['c2'], out: ['up'], with: { blocksize: 2, mode: 'CRD' } },
    { op: 'Add', in: ['image', 'up'], out: ['out'] },
  ],
  { image: [1, 3, null, null] },
  ['out'],
  [
    floatTensor('w1', [8, 3, 3, 3], wave(216)),
    floatTensor('b1', [8], wave(8)),
    floatTensor('w2', [12, 8, 3, 3], wave(864)),
  ],
);

test('a GPU computes what the CPU computes', async () => {
  const model = await readModelFile(bytes, { overrides: tinyCard });
  const image = { data: wave(3 * 64 * 48), dims: [1, 3, 64, 48] };
  const cpu = await onnxEngine.open(model);
  const gpu = await onnxEngine.open(model, { device: 'gpu' }).catch((cause) => {
    throw new Error(
      `${cause.message}\nOn Linux without a GPU this test needs the packages libvulkan1 and chromium-common ` +
        `(${swiftShader}), or VK_ICD_FILENAMES naming another Vulkan driver.`,
    );
  });
  expect(gpuProviders.map(({ name }) => name)).toContain(gpu.provider);
  const [expected, received] = [await cpu.run({ image }), await gpu.run({ image })];
  expect(received.out!.dims).toEqual(expected.out!.dims);
  const differences = received.out!.data.map((value, i) => Math.abs(value - expected.out!.data[i]!));
  expect(Math.max(...differences)).toBeLessThan(1e-3);
  expect(differences.reduce((sum, value) => sum + value, 0) / differences.length).toBeLessThan(1e-4);
  await Promise.all([cpu.dispose(), gpu.dispose()]);
});

test('a provider that works has nothing to say', async () => {
  expect(await probeProvider(await findGpuProvider())).toBeUndefined();
});

test.each([
  ['dml', platform() === 'win32'],
  ['coreml', platform() === 'darwin'],
  ['abacus', false],
])('%s is tried only where it exists', async (provider, here) => {
  expect(await probeProvider(provider)).toEqual(
    here ? undefined : expect.stringMatching(/^not part of onnxruntime-node/),
  );
});

test.runIf(platform() === 'linux')('without a driver the error names each provider, why, and the cure', async () => {
  const driver = process.env.VK_ICD_FILENAMES;
  process.env.VK_ICD_FILENAMES = '/nowhere.json';
  const error = await findGpuProvider().catch((reason) => reason);
  process.env.VK_ICD_FILENAMES = driver;
  expect(error).toMatchObject({ code: 'E_ENGINE', cure: expect.stringContaining('--device cpu') });
  for (const { label } of gpuProviders) expect(error.message).toContain(`${label}: `);
  expect(error.message).toContain('WebGPU: Failed to get a WebGPU adapter');
});
