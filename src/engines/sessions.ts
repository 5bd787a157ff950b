import type { Session } from './engine.js';
import { type OpenSessionOptions, openSession } from './index.js';
import type { ReadModelOptions } from './modelFile.js';
import { loadModel } from './weights.js';

export interface SessionsOptions extends OpenSessionOptions {
  /** A model's name or an .onnx file that stands in for whatever model a task would choose. */
  model?: string;
  /** What is known of such a file beside its metadata. */
  overrides?: ReadModelOptions['overrides'];
}

/** Sessions that are opened when first asked for, and then shared by all who ask. */
export interface Sessions {
  /** @param model a name in weights/index.json, or the path of an .onnx file */
  open(model: string): Promise<Session>;
  /** Closes them all; a model that is asked for afterwards is opened anew. */
  dispose(): Promise<void>;
}

/** One set of sessions on one engine. */
export function createSessions({ model: own, overrides, ...options }: SessionsOptions = {}): Sessions {
  const opened = new Map<string, Promise<Session>>();
  return {
    open(chosen) {
      const name = own ?? chosen;
      const session = opened.get(name) ?? loadModel(name, { overrides }).then((model) => openSession(model, options));
      opened.set(name, session);
      // A model that could not be opened may be there the next time.
      session.catch(() => opened.delete(name));
      return session;
    },
    async dispose() {
      const sessions = await Promise.allSettled(opened.values());
      opened.clear();
      await Promise.all(sessions.map((each) => (each.status === 'fulfilled' ? each.value.dispose() : undefined)));
    },
  };
}

/** The library's own: what a program that says nothing of engines runs on. */
export const sharedSessions: Sessions = createSessions();
