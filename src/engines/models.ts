import { PerpixelError } from '../core/errors.js';
import type { ModelCard, ModelFile, ReadModelFileOptions } from '../onnx/modelFile.js';
import type { OpenOptions, Session } from './engine.js';
import { type OpenSessionOptions, openSession } from './registry.js';
import { readModel, readWeightsIndex } from './weights.js';

/** Which models are opened, on which engine and device. */
export interface ModelsOptions extends OpenSessionOptions {
  /** A model's name, or an .onnx file of one's own or its bytes: stands in for whatever model a task would choose. */
  model?: string | Uint8Array;
  /** What is known of such a file beside its metadata. */
  overrides?: ReadModelFileOptions['overrides'];
  /**
   * The task that the models are for, or several: a file that does not say is taken to be for the first, one that says
   * another is refused.
   */
  task?: string | readonly string[];
}

/** Models that are opened when first asked for, and then shared by all who ask. */
export interface Models extends AsyncDisposable {
  /**
   * The session of a model, opened the first time; a stoppable one is another.
   *
   * @param model a name of `list()`, the path of an .onnx file, or its bytes
   * @param options.stoppable as in OpenOptions. @default what these models were created with
   * @param options.fixed that very model, where another stands in for what a task would choose, and for whatever task it is
   * @throws PerpixelError by rejecting: E_MODEL where there is no such model, it is damaged, for another task, or its card lacks
   *   something; E_ENGINE where the engine or the device is missing
   */
  open(model: string | Uint8Array, options?: Pick<OpenOptions, 'stoppable'> & { fixed?: boolean }): Promise<Session>;
  /** The cards of the models that are shipped. */
  list(): Promise<ModelCard[]>;
  /** Settles when none of them computes, for a run that was given up either. */
  idle(): Promise<void>;
  /** Closes them all; a model that is asked for afterwards is opened anew. */
  dispose(): Promise<void>;
}

/**
 * Models on an engine and a device of one's own.
 *
 * @example
 * const mine = createModels({ device: 'gpu' });
 * files('photos').pipe(decode(), predict(denoise, {}, { open: mine.open }), encode('clean'));
 */
export function createModels({ model: own, overrides, task, ...options }: ModelsOptions = {}): Models {
  /** By whether they are stoppable, and whether they are fixed. */
  const opened = [0, 1, 2, 3].map(() => new Map<string | Uint8Array, Promise<Session>>());
  const tasks = [task ?? []].flat();
  const start = async (name: string | Uint8Array, isStoppable: boolean, fixed: boolean) => {
    if (fixed) return openSession(await readModel(name), { ...options, stoppable: isStoppable });
    const model = await readModel(name, { overrides, assumed: tasks.length > 0 ? { task: tasks[0] } : {} });
    if (tasks.length > 0 && !tasks.includes(model.card.task)) throw wrongTask(model, tasks);
    return openSession(model, { ...options, stoppable: isStoppable });
  };
  const all = () => opened.flatMap((kind) => [...kind.values()]);
  const dispose = async () => {
    const sessions = await Promise.allSettled(all());
    for (const kind of opened) kind.clear();
    await Promise.all(sessions.map((each) => (each.status === 'fulfilled' ? each.value.dispose() : undefined)));
  };
  return {
    dispose,
    [Symbol.asyncDispose]: dispose,
    open(chosen, { stoppable: isStoppable = options.stoppable ?? false, fixed = false } = {}) {
      const model = fixed ? chosen : (own ?? chosen);
      const kind = opened[Number(isStoppable) + 2 * Number(fixed)];
      const session = kind.get(model) ?? start(model, isStoppable, fixed);
      kind.set(model, session);
      // A model that could not be opened may be there the next time.
      session.catch(() => kind.delete(model));
      return session;
    },
    async list() {
      const names = Object.keys(await readWeightsIndex());
      return Promise.all(names.map(async (name) => (await readModel(name)).card));
    },
    async idle() {
      await Promise.allSettled(all().map(async (session) => (await session).idle?.()));
    },
  };
}

function wrongTask({ path, card }: ModelFile, tasks: readonly string[]): PerpixelError {
  return new PerpixelError({
    code: 'E_MODEL',
    subject: path,
    received: `a model for ${card.task}`,
    expected: `one for ${tasks.join(' or ')}`,
    cure: '`perpixel models` tells what each is for.',
  });
}

/**
 * The models that all calls share, on the CPU.
 *
 * @example
 * for (const { name, task, licence } of await models.list()) console.log(name, task, licence);
 * const { clean } = await (await models.open('mine.onnx')).run({ image: { data, dims: [1, 3, 480, 640] } });
 */
export const models: Models = createModels();
