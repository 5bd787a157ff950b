import { PerpixelError } from '../core/errors.js';
import type { ModelFile, ReadModelOptions } from '../onnx/modelFile.js';
import type { OpenOptions, Session } from './engine.js';
import { type OpenSessionOptions, openSession } from './registry.js';
import { loadModel } from './weights.js';

/** Which model sessions are opened on, on which engine and device. */
export interface SessionsOptions extends OpenSessionOptions {
  /** A model's name or an .onnx file that stands in for whatever model a task would choose. */
  model?: string;
  /** What is known of such a file beside its metadata. */
  overrides?: ReadModelOptions['overrides'];
  /**
   * The task that the models are for, or several: a file that does not say is taken to be for the first, one that says
   * another is refused.
   */
  task?: string | readonly string[];
}

/** Sessions that are opened when first asked for, and then shared by all who ask. */
export interface Sessions {
  /**
   * The session of a model, opened the first time; a stoppable one is another.
   *
   * @param model a name in weights/index.json, or the path of an .onnx file
   * @param options.stoppable as in OpenOptions. @default what these sessions were created with
   */
  open(model: string, options?: Pick<OpenOptions, 'stoppable'>): Promise<Session>;
  /** Settles when none of them computes, for a run that was given up either. */
  idle(): Promise<void>;
  /** Closes them all; a model that is asked for afterwards is opened anew. */
  dispose(): Promise<void>;
}

/** One set of sessions on one engine. */
export function createSessions({ model: own, overrides, task, ...options }: SessionsOptions = {}): Sessions {
  const opened = new Map<string, Promise<Session>>();
  const tasks = [task ?? []].flat();
  const start = async (name: string, stoppable: boolean | undefined) => {
    const model = await loadModel(name, { overrides, assumed: tasks.length > 0 ? { task: tasks[0] } : {} });
    if (tasks.length > 0 && !tasks.includes(model.card.task)) throw wrongTask(model, tasks);
    return openSession(model, { ...options, stoppable });
  };
  return {
    open(chosen, { stoppable = options.stoppable } = {}) {
      const name = own ?? chosen;
      const key = `${stoppable ? 'stoppable' : 'lasting'} ${name}`;
      const session = opened.get(key) ?? start(name, stoppable);
      opened.set(key, session);
      // A model that could not be opened may be there the next time.
      session.catch(() => opened.delete(key));
      return session;
    },
    async idle() {
      await Promise.allSettled(Array.from(opened.values(), async (session) => (await session).idle?.()));
    },
    async dispose() {
      const sessions = await Promise.allSettled(opened.values());
      opened.clear();
      await Promise.all(sessions.map((each) => (each.status === 'fulfilled' ? each.value.dispose() : undefined)));
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

/** The library's own: what a program that says nothing of engines runs on. */
export const sharedSessions: Sessions = createSessions();
