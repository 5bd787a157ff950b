import { PerpixelError } from '../../core/errors.js';
import { askChild } from '../askChild.js';
import type { Finding } from '../engine.js';
import { probeModel } from '../probeModel.js';
import type { ProbeReply, ProbeRequest } from './providerProbe.js';

/** The GPU providers of onnxruntime-node in the order they are tried: its name there, and what a user does to get it. */
export const gpuProviders = [
  {
    name: 'cuda',
    label: 'CUDA',
    cure: 'On Linux x64 with an NVIDIA GPU, CUDA 12 and cuDNN 9: `node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install=cuda12`.',
  },
  {
    name: 'webgpu',
    label: 'WebGPU',
    cure: 'Install the driver of your GPU; on Linux its Vulkan driver and libvulkan1 (Debian: `apt install libvulkan1 mesa-vulkan-drivers`).',
  },
  { name: 'coreml', label: 'CoreML', cure: 'Needs macOS.' },
  { name: 'dml', label: 'DirectML', cure: 'Needs Windows 10 or later and a DirectX 12 GPU.' },
] as const;

export type GpuProvider = (typeof gpuProviders)[number]['name'];

/**
 * The first GPU provider that really computes.
 *
 * @throws PerpixelError E_ENGINE that says why each of them does not.
 */
export async function findGpuProvider(): Promise<GpuProvider> {
  const failures: string[] = [];
  for (const { name, label, cure } of gpuProviders) {
    const failure = await probeProvider(name);
    if (failure === undefined) return name;
    failures.push(`${label}: ${failure}. ${cure}`);
  }
  throw new PerpixelError({
    code: 'E_ENGINE',
    received: `no GPU that works (${failures.join(' | ')})`,
    expected: gpuProviders.map(({ label }) => label).join(', '),
    cure: 'Use --device cpu, or see `perpixel doctor`.',
  });
}

/** What `perpixel doctor` says of each provider. @param engine its name */
export function gpuFindings(engine: string): Promise<Finding[]> {
  return Promise.all(
    gpuProviders.map(async ({ name, label, cure }) => {
      const failure = await probeProvider(name);
      const finding = { name: `${engine} on the GPU by ${label}` };
      return failure === undefined
        ? { ...finding, works: true, detail: 'computes what the CPU computes' }
        : { ...finding, works: false, detail: failure, cure };
    }),
  );
}

/** Different hardware adds in a different order, and some in TF32 (10 bits of mantissa). */
const TOLERANCE = 1e-3;

/**
 * Runs a small convolution on a provider and compares it with the CPU's, in a process of its own.
 *
 * @returns undefined where it works, else why not.
 */
export async function probeProvider(provider: string): Promise<string | undefined> {
  const { first: _, ...probe } = probeModel();
  const request: ProbeRequest = { provider, ...probe };
  const reply = await askChild<ProbeReply>(new URL('./providerProbe.js', import.meta.url), request);
  if ('failure' in reply) return reply.failure;
  return reply.difference <= TOLERANCE ? undefined : `its result differs from the CPU's by ${reply.difference}`;
}
