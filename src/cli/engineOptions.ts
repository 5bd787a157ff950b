import type { Options } from 'yargs';
import type { Device, EngineName } from '../engines/engine.js';
import type { Sessions } from '../engines/sessions.js';
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

/** The sessions of one command. */
export async function sessionsOf({ model, engine, device, threads }: EngineArgs, io: Io): Promise<Sessions> {
  const { createSessions } = await import('../engines/sessions.js');
  return createSessions({ model, engine, device, threads, cacheDir: io.cacheDir });
}
