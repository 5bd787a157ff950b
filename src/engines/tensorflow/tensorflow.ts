import { createRequire } from 'node:module';
import path from 'node:path';
import util from 'node:util';
import { PerpixelError } from '../../core/errors.js';
import * as tf from '../../core/tf.js';
import type { ModelFile } from '../../onnx/modelFile.js';
import { bindInputs } from '../bindInputs.js';
import type { NamedTensors, OpenOptions, Session } from '../engine.js';
import { sessionError } from '../sessionError.js';
import { stagedTensorflow, TFJS_VERSION } from './findTfjs.js';
import { useNativeGradients } from './nativeGradients.js';
import { Graph } from './onnxGraph/graph.js';

/** Where TensorFlow is looked for. */
export interface LoadTensorflowOptions {
  /** The user's cache folder of perpixel, where `setup` puts things; without it only node_modules is searched. */
  cacheDir?: string;
}

/** The TensorFlow engine that was found. */
export interface Tensorflow {
  package: '@tensorflow/tfjs-node-gpu' | '@tensorflow/tfjs-node';
  /** The folder of the package. */
  path: string;
  /** Of libtensorflow: `2.15.1`. */
  version: string;
  device: 'cpu' | 'gpu';
}

/** The same in words. */
export function describe({ version, device, path: folder }: Tensorflow): string {
  return `libtensorflow ${version} on the ${device.toUpperCase()}, in ${folder}`;
}

let loaded: Tensorflow | undefined;

/**
 * Makes the native TensorFlow the backend of `src/core/tf.ts`: tfjs-node-gpu, else tfjs-node, each from node_modules,
 * else from where `perpixel setup tensorflow` put it. Loads it once a process.
 *
 * @throws PerpixelError E_ENGINE where there is none that works, with why.
 */
export async function loadTensorflow({ cacheDir }: LoadTensorflowOptions): Promise<Tensorflow> {
  loaded ??= load(cacheDir);
  await tf.setBackend('tensorflow');
  await tf.ready();
  return loaded;
}

function load(cacheDir?: string): Tensorflow {
  mendUtil();
  const places = [import.meta.url];
  if (cacheDir !== undefined) places.push(path.join(stagedTensorflow(cacheDir), 'package.json'));
  const failures: string[] = [];
  for (const name of ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const) {
    for (const from of places) {
      const require = createRequire(from);
      let folder: string;
      try {
        folder = path.dirname(require.resolve(`${name}/package.json`));
      } catch {
        continue;
      }
      try {
        return registerBackend(name, folder, require);
      } catch (error) {
        failures.push(`${folder}: ${(error as Error).message.split('\n')[0]}`);
      }
    }
  }
  throw new PerpixelError({
    code: 'E_ENGINE',
    received: failures.length > 0 ? `TensorFlow that does not load (${failures.join(' | ')})` : 'no TensorFlow',
    expected: `@tensorflow/tfjs-node ${TFJS_VERSION} with its native binding`,
    cure: 'Run `perpixel setup tensorflow`, or `npm install @tensorflow/tfjs-node` where its download can be reached.',
  });
}

/** What tfjs-node 4.22 exports of itself, as far as it is used here. */
interface NodeBackend {
  binding: { TF_Version: string };
  isUsingGpuDevice: boolean;
}

function registerBackend(name: Tensorflow['package'], folder: string, require: NodeJS.Require): Tensorflow {
  const { version } = require(`${name}/package.json`) as { version: string };
  if (version !== TFJS_VERSION) throw new Error(`version ${version}, needs ${TFJS_VERSION}`);
  // It brings copies of kernels that are registered already, and warns of each, unless in production.
  const production = tf.env().getBool('PROD');
  tf.env().set('PROD', true);
  try {
    require(name);
  } finally {
    tf.env().set('PROD', production);
  }
  useNativeGradients(tf.getBackend());
  const { binding, isUsingGpuDevice } = tf.backend() as unknown as NodeBackend;
  return { package: name, path: folder, version: binding.TF_Version, device: isUsingGpuDevice ? 'gpu' : 'cpu' };
}

/** tfjs-node 4.22 calls two functions that Node 23 took away. */
function mendUtil(): void {
  const old = util as unknown as Record<string, unknown>;
  old.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  old.isArray ??= Array.isArray;
}

/**
 * Opens a model on the engine on which networks are trained: libtensorflow through tfjs-node, its operators called one by one.
 *
 * It computes on the thread that calls it, so that nothing else goes on meanwhile. How many threads an operator takes is
 * libtensorflow's own affair (TF_NUM_INTRAOP_THREADS).
 *
 * @throws PerpixelError E_ENGINE where TensorFlow or the device is missing, E_MODEL for operators it does not know.
 */
export async function openTensorflow(
  model: ModelFile,
  { device = 'cpu', cacheDir }: OpenOptions = {},
): Promise<Session> {
  const tensorflow = await loadTensorflow({ cacheDir });
  if (device === 'gpu' && tensorflow.device !== 'gpu') {
    throw new PerpixelError({
      code: 'E_ENGINE',
      received: `${tensorflow.package} ${TFJS_VERSION} without a GPU (${tensorflow.path})`,
      expected: '@tensorflow/tfjs-node-gpu with an NVIDIA GPU and its CUDA libraries',
      cure: 'Use --device cpu, or --engine onnx --device gpu.',
    });
  }
  try {
    return new TensorflowSession(model, tensorflow.device, new Graph(model.bytes));
  } catch (error) {
    throw sessionError(error, { model, provider: tensorflow.device, engine: 'tensorflow' });
  }
}

class TensorflowSession implements Session {
  readonly engine = 'tensorflow';
  private disposed = false;

  constructor(
    readonly model: ModelFile,
    readonly provider: string,
    private readonly graph: Graph,
  ) {}

  async run(inputs: NamedTensors): Promise<NamedTensors> {
    if (this.disposed) throw new Error('Session.run() after dispose()');
    const feeds = bindInputs(this.model, this.graph.inputs, inputs);
    try {
      return await this.graph.run(feeds);
    } catch (error) {
      throw sessionError(error, this, feeds);
    }
  }

  async dispose(): Promise<void> {
    if (!this.disposed) this.graph.dispose();
    this.disposed = true;
  }
}
