import type { Options } from 'yargs';
import type { Device, EngineName, Session } from '../engines/engine.js';
import type { Io } from './io.js';

/** What every command that runs a network can be told of it. */
export const engineOptions = {
  model: {
    type: 'string',
    requiresArg: true,
    describe: "A model's name (perpixel models), or a .onnx file of your own",
  },
  engine: { choices: ['onnx', 'tensorflow'] as const, default: 'onnx', describe: 'What runs the network' },
  device: { choices: ['cpu', 'gpu'] as const, default: 'cpu', describe: 'gpu: the first provider that works' },
  threads: { type: 'number', requiresArg: true, describe: 'Threads of the engine [default: one a core]' },
  tile: { type: 'number', requiresArg: true, describe: 'Side of a tile in pixels [default: 1024]' },
} satisfies Record<string, Options>;

export interface EngineArgs {
  model?: string;
  engine: EngineName;
  device: Device;
  threads?: number;
  tile?: number;
}

/** Sessions that are opened when first asked for, and then shared. */
export interface Sessions {
  open(model: string): Promise<Session>;
  dispose(): Promise<void>;
}

/** The sessions of one command. `--model` stands in for whatever model the task would choose. */
export function sessionsOf({ model: own, engine, device, threads }: EngineArgs, io: Io): Sessions {
  const opened = new Map<string, Promise<Session>>();
  const start = async (name: string) => {
    const [{ loadModel }, { openSession }] = await Promise.all([
      import('../engines/weights.js'),
      import('../engines/index.js'),
    ]);
    return openSession(await loadModel(name), { engine, device, threads, cacheDir: io.cacheDir });
  };
  return {
    open(chosen) {
      const name = own ?? chosen;
      const session = opened.get(name) ?? start(name);
      opened.set(name, session);
      return session;
    },
    async dispose() {
      const sessions = await Promise.allSettled(opened.values());
      await Promise.all(sessions.map((each) => (each.status === 'fulfilled' ? each.value.dispose() : undefined)));
    },
  };
}
