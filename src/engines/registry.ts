import { PerpixelError } from '../core/errors.js';
import type { ModelFile } from '../onnx/modelFile.js';
import type { EngineDescriptor, OpenOptions, Session, Trainer } from './engine.js';
import * as registered from './index.js';

type Registered = (typeof registered)[keyof typeof registered];

/** The engines that run models. */
export type EngineName = Extract<Registered, { load: unknown }>['name'];
/** The engines that networks can be trained on. */
export type TrainingEngineName = Extract<Registered, { train: unknown }>['name'];

/** Embedded: npm brings it. */
export const DEFAULT_ENGINE = 'onnx' satisfies EngineName;
export const DEFAULT_TRAINING_ENGINE = 'tensorflow' satisfies TrainingEngineName;

/** All engines, in the order of their names. */
export const engines: readonly EngineDescriptor[] = Object.values(registered);

/** The names of those that can. */
export const enginesThat = <Ability extends 'load' | 'train' | 'setup'>(ability: Ability) =>
  engines.filter((engine) => engine[ability]).map(({ name }) => name) as {
    load: EngineName[];
    train: TrainingEngineName[];
    setup: string[];
  }[Ability];

/** On which engine a model is opened, and where that runs. */
export interface OpenSessionOptions extends OpenOptions {
  /** @default 'onnx' */
  engine?: EngineName;
}

/**
 * Opens a model on an engine. Only that engine is loaded: onnx needs no tfjs.
 *
 * @throws PerpixelError E_OPTION for an engine that is not known; E_ENGINE where the engine or the device is missing, E_MODEL
 *   where it cannot run the model.
 */
export async function openSession(
  model: ModelFile,
  { engine = DEFAULT_ENGINE, ...options }: OpenSessionOptions = {},
): Promise<Session> {
  const { devices, load } = engineThat('load', engine);
  const { device = 'cpu' } = options;
  if (!devices.includes(device)) throw wrongDevice(engine, device, devices);
  return (await load()).open(model, options);
}

/**
 * Makes an engine what networks are trained on: what `tf` of `perpixel/training` computes on.
 *
 * @param options.cacheDir where `perpixel setup` put it. @default it is looked for in node_modules only
 * @throws PerpixelError E_OPTION for an engine that is not known, E_ENGINE where it is missing, with why
 *
 * @example
 * using gpu = await trainOn('webgpu'); // what it is: gpu.description
 */
export async function trainOn(
  engine: TrainingEngineName = DEFAULT_TRAINING_ENGINE,
  options: Pick<OpenOptions, 'cacheDir'> = {},
): Promise<Trainer & Disposable> {
  const trainer = await engineThat('train', engine).train(options);
  return { ...trainer, [Symbol.dispose]: trainer.dispose };
}

function engineThat<Ability extends 'load' | 'train'>(
  ability: Ability,
  wanted: string,
): EngineDescriptor & Required<Pick<EngineDescriptor, Ability>> {
  const found = engines.find(({ name }) => name === wanted);
  if (found?.[ability]) return found as ReturnType<typeof engineThat<Ability>>;
  throw new PerpixelError({
    code: 'E_OPTION',
    subject: 'engine',
    received: wanted,
    expected: enginesThat(ability).join(' or '),
    cure: '`perpixel doctor` tells which of them work here.',
  });
}

function wrongDevice(engine: string, received: string, devices: readonly string[]): PerpixelError {
  return new PerpixelError({
    code: 'E_ENGINE',
    subject: engine,
    received: `device ${received}`,
    expected: devices.join(' or '),
    cure: 'Choose another engine or device; `perpixel doctor` tells which work here.',
  });
}
