import sharp from 'sharp';
import { PerpixelError } from '../core/errors.js';
import type { EngineName } from '../engines/engine.js';
import { openSession } from '../engines/index.js';
import { gpuProviders, probeProvider } from '../engines/onnxruntime/gpuProvider.js';
import { probeModel } from '../engines/onnxruntime/probeModel.js';
import type { Tensorflow } from '../engines/tensorflow/tensorflow.js';
import { loadModel, readWeightsIndex } from '../engines/weights.js';
import { readModel } from '../onnx/modelFile.js';

/** One thing that was looked at. */
export interface Finding {
  name: string;
  works: boolean;
  /** What it is, where it works (a version, a place); why it does not, where not. */
  detail: string;
  /** What to do about it, where it does not work. */
  cure?: string;
}

/** What `perpixel doctor` shows, and prints with --json. */
export interface Diagnosis {
  node: Finding;
  /** Every engine on every device; each that works has computed a small network. */
  engines: Finding[];
  images: Finding[];
  /** Every shipped model; each that works has the checksum it should have. */
  models: Finding[];
}

export interface DiagnoseOptions {
  /** `process.version` */
  nodeVersion: string;
  /** The user's cache folder of perpixel. */
  cacheDir: string;
  /** @default the package's own */
  weightsDir?: string;
}

/** Tries everything that perpixel stands on. Takes some seconds, since it does so for real. */
export async function diagnose({ nodeVersion, cacheDir, weightsDir }: DiagnoseOptions): Promise<Diagnosis> {
  return {
    node: nodeFinding(nodeVersion),
    engines: [
      await cpuFinding('onnx', cacheDir),
      ...(await Promise.all(gpuProviders.map(gpuFinding))),
      await cpuFinding('tensorflow', cacheDir),
      await tensorflowGpuFinding(cacheDir),
    ],
    images: imageFindings(),
    models: await modelFindings(weightsDir),
  };
}

function nodeFinding(version: string): Finding {
  const [major, minor] = version.slice(1).split('.').map(Number) as [number, number];
  const works = major > 20 || (major === 20 && minor >= 9);
  return { name: 'Node', works, detail: version, ...(!works && { cure: 'Install Node 20.9 or later.' }) };
}

async function cpuFinding(engine: EngineName, cacheDir: string): Promise<Finding> {
  const name = `${engine} on the CPU`;
  try {
    const { model, input, dims, first } = probeModel();
    const card = { task: 'probe', stride: 1, receptiveRadius: 1, channels: 3 } as const;
    const session = await openSession(await readModel(model, { overrides: card }), { engine, cacheDir });
    const { out } = await session.run({ image: { data: input, dims } });
    await session.dispose();
    const works = Math.abs(out!.data[0]! - first) < 1e-4;
    if (works)
      return { name, works, detail: engine === 'tensorflow' ? await tensorflowDetail(cacheDir) : 'onnxruntime' };
    return { name, works, detail: `it computes ${out!.data[0]} for ${first}`, cure: 'Install perpixel again.' };
  } catch (error) {
    return failed(name, error);
  }
}

async function gpuFinding({ name, label, cure }: (typeof gpuProviders)[number]): Promise<Finding> {
  const failure = await probeProvider(name);
  const finding = { name: `onnx on the GPU by ${label}` };
  return failure === undefined
    ? { ...finding, works: true, detail: 'computes what the CPU computes' }
    : { ...finding, works: false, detail: failure, cure };
}

async function tensorflowGpuFinding(cacheDir: string): Promise<Finding> {
  const name = 'tensorflow on the GPU';
  try {
    const tensorflow = await tensorflowOf(cacheDir);
    if (tensorflow.device === 'gpu') return { name, works: true, detail: await tensorflowDetail(cacheDir) };
    const cure = 'Install @tensorflow/tfjs-node-gpu with CUDA and an NVIDIA GPU, or use --engine onnx --device gpu.';
    return { name, works: false, detail: `${tensorflow.package} has no GPU`, cure };
  } catch (error) {
    return failed(name, error);
  }
}

async function tensorflowOf(cacheDir: string): Promise<Tensorflow> {
  return (await import('../engines/tensorflow/tensorflow.js')).loadTensorflow({ cacheDir });
}

async function tensorflowDetail(cacheDir: string): Promise<string> {
  const tensorflow = await tensorflowOf(cacheDir);
  return `libtensorflow ${tensorflow.version} in ${tensorflow.path}`;
}

function imageFindings(): Finding[] {
  const { sharp: version, vips } = sharp.versions;
  // libvips calls AVIF by the name of its container.
  const formats = { JPEG: 'jpeg', PNG: 'png', WebP: 'webp', AVIF: 'heif', TIFF: 'tiff' } as const;
  return [
    { name: 'sharp', works: true, detail: `${version} with libvips ${vips}` },
    ...Object.entries(formats).map(([name, format]) => {
      const works = sharp.format[format].input.buffer && sharp.format[format].output.buffer;
      const detail = works ? 'read and written' : 'this libvips was built without it';
      return { name, works, detail, ...(!works && { cure: 'Install sharp again, with the libvips that it brings.' }) };
    }),
  ];
}

async function modelFindings(weightsDir?: string): Promise<Finding[]> {
  try {
    const names = Object.keys(await readWeightsIndex(weightsDir));
    return await Promise.all(names.map((name) => modelFinding(name, weightsDir)));
  } catch (error) {
    return [failed('weights/index.json', error)];
  }
}

async function modelFinding(name: string, weightsDir?: string): Promise<Finding> {
  try {
    const { card, path, bytes } = await loadModel(name, { weightsDir });
    return { name, works: true, detail: `${card.task}, ${(bytes.length / 1e6).toFixed(1)} MB, ${path}` };
  } catch (error) {
    return failed(name, error);
  }
}

function failed(name: string, error: unknown): Finding {
  if (!(error instanceof PerpixelError)) return { name, works: false, detail: String(error) };
  return { name, works: false, detail: `${error.received}; expected ${error.expected}`, cure: error.cure };
}
