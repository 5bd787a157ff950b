import type { ModelFile } from '../onnx/modelFile.js';

/** A dense float32 tensor in row-major order; images are `[batch, channels, height, width]`. */
export interface Tensor {
  data: Float32Array;
  dims: readonly number[];
}

/** Tensors by the names of a network's inputs or outputs. */
export type NamedTensors = Record<string, Tensor>;

/** What runs a network: ONNX Runtime, which is always there, or TensorFlow, which `perpixel setup` installs. */
export type EngineName = 'onnx' | 'tensorflow';
/** Where it runs; `gpu` is whichever of CUDA, WebGPU, CoreML or DirectML the machine has. */
export type Device = 'cpu' | 'gpu';

/** Where a model is to run. */
export interface OpenOptions {
  /** @default 'cpu' */
  device?: Device;
  /** Threads inside one operator. @default the number of cores */
  threads?: number;
  /**
   * What is given up is ended in the middle, a tenth of a second later, and its memory is free: the onnx engine then runs in
   * a process of its own. Else it comes to its end, unheard.
   * @default false
   */
  stoppable?: boolean;
  /** Where `perpixel setup` put TensorFlow; needed by that engine only. */
  cacheDir?: string;
}

/** A model that is loaded and ready; shared by every stream. */
export interface Session {
  readonly model: ModelFile;
  readonly engine: EngineName;
  /** What it really runs on: `cpu`, `cuda`, `webgpu`, ... */
  readonly provider: string;
  /**
   * Runs the network once. Calls may overlap; they are answered in turn. Throws E_MEMORY where memory ran out.
   *
   * @param options.signal rejects with its reason, and gives up a run: one that has not begun, or where the session is
   *   stoppable any; an engine may leave it out
   */
  run(inputs: NamedTensors, options?: { signal?: AbortSignal }): Promise<NamedTensors>;
  /**
   * Settles when nothing is being computed any more, for a run that was given up either. An engine that computes on the
   * caller's own thread has none.
   */
  idle?(): Promise<void>;
  /** Frees the model, which cannot be run any more. A run that is under way comes to its end, or where stoppable rejects. */
  dispose(): Promise<void>;
}

/** Both engines answer the same to 1e-4 on every shipped model. */
export interface Engine {
  readonly name: EngineName;
  /** @throws PerpixelError E_ENGINE where the engine or the device is missing, E_MODEL where it cannot run the model */
  open(model: ModelFile, options?: OpenOptions): Promise<Session>;
}
