import type { ModelFile } from '../onnx/modelFile.js';

/** A dense float32 tensor in row-major order; images are `[batch, channels, height, width]`. */
export interface Tensor {
  data: Float32Array;
  dims: readonly number[];
}

/** Tensors by the names of a network's inputs or outputs. */
export type NamedTensors = Record<string, Tensor>;

/** Where a network runs; `gpu` is whichever of CUDA, WebGPU, CoreML or DirectML the engine finds on the machine. */
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
  /** Where `perpixel setup` put an engine; needed by such an engine only. */
  cacheDir?: string;
}

/** A model that is loaded and ready; shared by every stream. */
export interface Session {
  readonly model: ModelFile;
  /** The name of the engine that runs it. */
  readonly engine: string;
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

/** What runs models. All engines answer the same to 1e-4 on every shipped model. */
export interface Engine {
  /** @throws PerpixelError E_ENGINE where the engine or the device is missing, E_MODEL where it cannot run the model */
  open(model: ModelFile, options?: OpenOptions): Promise<Session>;
}

/** What networks are trained on, from now to `dispose`. */
export interface Trainer {
  /** What computes, for people: a library and its version, a GPU. */
  description: string;
  /** Frees what it holds; a GPU keeps the process alive before. */
  dispose(): void;
}

/** One thing that `perpixel doctor` has looked at. */
export interface Finding {
  name: string;
  works: boolean;
  /** What it is, where it works (a version, a place); why it does not, where not. */
  detail: string;
  /** What to do about it, where it does not work. */
  cure?: string;
}

/** What `perpixel setup` does for an engine that npm does not bring. */
export interface EngineSetup {
  /** What it costs and what it is for, in one line of `--help`. */
  readonly summary: string;
  /**
   * @returns the folder that it is in
   * @throws PerpixelError E_ENGINE where the platform is not supported or something is missing, E_WRITE
   */
  run(options: SetupOptions): Promise<string>;
}

export interface SetupOptions {
  /** The user's cache folder of perpixel. */
  cacheDir: string;
  env: NodeJS.ProcessEnv;
  /** The node that is to load it. */
  execPath: string;
  platform: NodeJS.Platform;
  arch: string;
  /** Told of each step when it begins. */
  report?: (step: string) => void;
  signal?: AbortSignal;
}

/**
 * All that is known of one engine. To add one: a folder that exports such an object, and a line in `index.ts`; `--engine`, the
 * library's types, `doctor`, `setup` and the messages follow.
 */
export interface EngineDescriptor {
  /** What `--engine` and the library call it. */
  readonly name: string;
  /** What it is, in a few words for `--help`. */
  readonly summary: string;
  /** Where it can be asked to compute. */
  readonly devices: readonly Device[];
  /** Loads what runs models. An engine without it only trains. */
  load?(): Promise<Engine>;
  /**
   * Makes it what `core/tf.ts` computes on. An engine without it only runs models.
   *
   * @throws PerpixelError E_ENGINE where it is missing
   */
  train?(options: Pick<OpenOptions, 'cacheDir'>): Promise<Trainer>;
  /** Computes something on each of its devices; never throws. */
  probe(options: Pick<OpenOptions, 'cacheDir'>): Promise<Finding[]>;
  /** @default npm brings all that it needs */
  readonly setup?: EngineSetup;
}
