import * as z from 'zod';
import type { Models } from '../engines/models.js';
import { DEFAULT_ENGINE, engines, enginesThat } from '../engines/registry.js';
import type { ModelCard } from '../onnx/modelFile.js';
import type { Io } from './io.js';
import { schemaOptions } from './schemaOptions.js';

/** Says what the engines are that can do it. */
export function engineHelp(what: string, ability: 'load' | 'train'): string {
  const able = engines.filter((engine) => engine[ability]);
  return [what, ...able.map(({ name, summary }) => `${name}: ${summary}`)].join('; ');
}

/** What decides what comes out. */
const chosen = z.object({
  model: z.string().optional().describe("A model's name (perpixel models), or an .onnx file of your own"),
});

/** What one machine has to run networks on. */
export const machineSchema = z.object({
  engine: z.enum(enginesThat('load')).default(DEFAULT_ENGINE).describe(engineHelp('What runs the network', 'load')),
  device: z.enum(['cpu', 'gpu']).default('cpu').describe('gpu: the first provider that works (perpixel doctor)'),
  threads: z.int().min(1).optional().describe('Threads of the engine; one a core where not given'),
});

const tiles = z.object({
  tile: z.int().min(1).optional().describe('Largest side of a tile in pixels; 1024 where not given'),
});

/** What every command that runs a network can be told of it. */
const network = chosen.extend(machineSchema.shape).extend(tiles.shape);

/** The card of a model of the user's own, as far as its metadata does not tell. */
const ownModel = z.object({
  modelStride: z.int().min(1).optional().describe('Height and width have to be multiples of this'),
  modelRadius: z.int().min(0).optional().describe('How many pixels to each side it looks; tiles overlap by it'),
  modelChannels: z.literal([1, 3]).optional().describe('Grey or colour'),
  modelEnlarges: z
    .int()
    .min(1)
    .max(8)
    .optional()
    .describe('How many times as high and wide its answer is; 1 where not given'),
  modelMean: z.number().optional().describe('It takes (value - mean) / scale, of values in 0..1; 0 where not given'),
  modelScale: z.number().positive().optional().describe('See --model-mean; 1 where not given'),
});

export const engineSchema = network.extend(ownModel.shape);

export type EngineArgs = z.output<typeof engineSchema>;

/** The same, without what one machine has. */
export const modelSchema = chosen.extend(tiles.shape).extend(ownModel.shape);

export const engineOptions = {
  ...schemaOptions(network, 'Network:'),
  ...schemaOptions(ownModel, 'A model of your own, where its metadata does not say:'),
};

/**
 * The models of one command.
 *
 * @param task the task that the models are for, or several
 */
export async function modelsOf(
  task: string | readonly string[],
  args: EngineArgs,
  { cacheDir }: Pick<Io, 'cacheDir'>,
): Promise<Models> {
  const { createModels } = await import('../engines/models.js');
  const { model, engine, device, threads } = args;
  return createModels({ model, task, overrides: statedCard(args), engine, device, threads, cacheDir });
}

/** The card of the model that is named; undefined where the task chooses. @throws PerpixelError E_MODEL */
export async function ownCard(args: Partial<EngineArgs>): Promise<ModelCard | undefined> {
  if (args.model === undefined) return undefined;
  const { readModel } = await import('../engines/weights.js');
  // Whatever else it lacks is told of where it is opened.
  const assumed = { task: '', stride: 1, receptiveRadius: 0, channels: 3 } as const;
  return (await readModel(args.model, { overrides: statedCard(args), assumed })).card;
}

/** What the options say of the model, in the terms of its card. */
export function statedCard({
  modelStride,
  modelRadius,
  modelChannels,
  modelEnlarges,
  modelMean,
  modelScale,
}: Partial<EngineArgs>): Partial<ModelCard> {
  const isNormalised = modelMean !== undefined || modelScale !== undefined;
  return {
    ...(modelStride !== undefined && { stride: modelStride }),
    ...(modelRadius !== undefined && { receptiveRadius: modelRadius }),
    ...(modelChannels !== undefined && { channels: modelChannels }),
    ...(modelEnlarges !== undefined && { scale: modelEnlarges }),
    ...(isNormalised && { normalisation: { mean: [modelMean ?? 0], scale: [modelScale ?? 1] } }),
  };
}
