import { readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { PerpixelError } from '../core/errors.js';
import { readRegular } from '../core/files/openRegular.js';
import { writeWhole } from '../core/files/writeWhole.js';
import * as tf from '../core/tf.js';
import { networkFor } from '../models/registry.js';
import { type Checkpoint, readCheckpoint } from './checkpoint.js';
import { type RuleName, updateRules } from './optimisers/updateRules.js';
import { runFiles } from './runFiles.js';
import { statistics, trainableWeights } from './train.js';

const side = z.number().int().positive();

/** `run.json`: what a run trains, enough to build its network again, go on with it, and export it. */
export const runConfig = z.object({
  task: z.string(),
  network: z.string(),
  /** The network's own options, those that the task asks for among them. */
  options: z.record(z.string(), z.unknown()),
  /** What the examples are asked to be; see `Learnable`. */
  examples: z.record(z.string(), z.unknown()),
  seed: z.number().int(),
  steps: z.number().int().positive(),
  /** Examples a step. */
  batch: z.number().int().positive(),
  /** Side of an example in pixels, or its height and width, for networks that take any size. */
  crop: z.union([side, z.tuple([side, side])], { error: 'whole numbers of pixels: 64, or 224x288' }),
  optimiser: z.enum(Object.keys(updateRules) as [RuleName, ...RuleName[]]),
  /** Learning rate at its highest. */
  rate: z.number().positive(),
  /** How it falls: half a cosine, not at all, or to a tenth at half and again at three quarters of the steps. */
  schedule: z.enum(['cosine', 'constant', 'stepwise']),
  /** Weight decay, decoupled from the gradient. */
  decay: z.number().nonnegative(),
  /** Largest norm of a gradient. */
  clip: z.number().positive().optional(),
  /** A step's share of the past in the averaged weights. */
  average: z.number().min(0).max(1),
  /** Beginnings of the names of the weights that are trained, where not all are. */
  only: z.array(z.string()).optional(),
  divideByFanIn: z.boolean().optional(),
  /** Factors on the rate, by the beginnings of the names of weights. */
  rates: z.record(z.string(), z.number().nonnegative()).optional(),
  /** How many pictures at the end of the list are scored on in place of being trained on. */
  holdOut: z.number().int().positive().optional(),
});
/** What a run is: task, network, data and schedule, as its `run.json` holds them. */
export type RunConfig = z.infer<typeof runConfig>;

/**
 * Makes sure that a folder is that of a run with these options, or is free for one.
 *
 * @param overwrite the run there is to be started anew, whatever its options
 * @throws PerpixelError E_CHECKPOINT where the folder belongs to a run of other options; E_WRITE where it holds other things
 */
export async function requireRun(run: string, config: RunConfig, { overwrite = false } = {}): Promise<void> {
  const there = await readRun(run).catch((error) => {
    if (!(error instanceof PerpixelError)) throw error;
    // Without a description it is no run, unless there is nothing else either.
    return undefined;
  });
  if (there === undefined) {
    const others = (await readdir(run).catch(() => [])).filter((name) => !name.startsWith('.'));
    if (others.length > 0) throw notARun(run, others);
  }
  if (overwrite) return;
  if (there && JSON.stringify(there) !== JSON.stringify(runConfig.parse(config))) {
    const differing = Object.keys(runConfig.shape).filter(
      (key) => JSON.stringify(there[key as keyof RunConfig]) !== JSON.stringify(config[key as keyof RunConfig]),
    );
    throw new PerpixelError({
      code: 'E_CHECKPOINT',
      subject: run,
      received: `a run with another ${differing.join(', ')}`,
      expected: 'the options that this run was started with',
      cure: 'Name another folder by --run, or start this one anew with --overwrite.',
    });
  }
}

/**
 * Writes `run.json` into a run's folder, where it is not there.
 *
 * @param overwrite starts anew: removes what the run there has made
 * @throws PerpixelError as requireRun
 */
export async function claimRun(run: string, config: RunConfig, { overwrite = false } = {}): Promise<void> {
  await requireRun(run, config, { overwrite });
  // Nothing else that is there is ever removed.
  if (overwrite) await Promise.all(runFiles.map((name) => rm(path.join(run, name), { force: true })));
  const text = `${JSON.stringify(runConfig.parse(config), null, 2)}\n`;
  await writeWhole(path.join(run, 'run.json'), (temporary) => writeFile(temporary, text));
}

function notARun(run: string, [first, ...others]: readonly string[]): PerpixelError {
  return new PerpixelError({
    code: 'E_WRITE',
    subject: run,
    received: `a folder that is no run and holds ${first}${others.length > 0 ? ` and ${others.length} more` : ''}`,
    expected: 'the folder of a run, or an empty one',
    cure: 'Name a folder of its own by --run.',
  });
}

/** @throws PerpixelError E_CHECKPOINT where the folder holds no run */
export async function readRun(run: string): Promise<RunConfig> {
  const file = path.join(run, 'run.json');
  try {
    return runConfig.parse(JSON.parse((await readRegular(file)).toString()));
  } catch (cause) {
    throw new PerpixelError({
      code: 'E_CHECKPOINT',
      subject: file,
      received: 'no description of a run',
      expected: 'the folder that `perpixel train --run` wrote',
      cure: 'Check the path.',
      cause,
    });
  }
}

/** At least one folder. */
export type Runs = readonly [string, ...string[]];

/**
 * The network of a run, with the averaged weights of its checkpoint; or that of several, with the mean of theirs.
 *
 * @throws PerpixelError E_CHECKPOINT as `weightsOfRuns` does, and where a checkpoint lacks a weight
 */
export async function modelOfRuns(runs: Runs): Promise<{ config: RunConfig; model: tf.LayersModel }> {
  const { config, weights } = await weightsOfRuns(runs);
  const { network, options } = networkFor(config.task, config.network, config.options);
  const model = network.build(options);
  const [missing] = loadAveragedWeights(model, weights);
  if (missing !== undefined) throw incomplete(runs[0], missing);
  return { config, model };
}

/**
 * What `loadAveragedWeights` takes of a run; of several, one of which went on from another, the mean, which is often better
 * than each of them. Wortsman et al.: Model soups, ICML 2022.
 *
 * @param runs the first says what is trained
 * @throws PerpixelError E_CHECKPOINT where a folder holds no run, or one of another network or other options
 */
export async function weightsOfRuns(runs: Runs): Promise<{ config: RunConfig; weights: Checkpoint }> {
  const [config, ...others] = await Promise.all(runs.map(readRun));
  for (const [i, { network, options }] of others.entries()) {
    if (network === config.network && isDeepStrictEqual(options, config.options)) continue;
    throw new PerpixelError({
      code: 'E_CHECKPOINT',
      subject: runs[i + 1],
      received: `${network} with the options ${JSON.stringify(options)}`,
      expected: `${config.network} with the options ${JSON.stringify(config.options)}, as ${runs[0]} has`,
      cure: 'Name runs of one network.',
    });
  }
  const checkpoints = await Promise.all(runs.map((run) => readCheckpoint(path.join(run, 'checkpoint.safetensors'))));
  const [first] = checkpoints;
  for (const [i, { tensors }] of checkpoints.entries()) {
    const missing = exportedOf(first).find(([name, { data }]) => tensors[name]?.data.length !== data.length);
    if (missing) throw incomplete(runs[i], missing[0]);
  }
  return { config, weights: meanOf(checkpoints) };
}

/** What goes into a model, of all that a checkpoint holds. */
const exportedOf = ({ tensors }: Checkpoint) =>
  Object.entries(tensors).filter(([name]) => /^(average|statistic)\//.test(name));

function incomplete(run: string, weight: string): PerpixelError {
  return new PerpixelError({
    code: 'E_CHECKPOINT',
    subject: run,
    received: `a checkpoint without ${weight}, or with another shape of it`,
    expected: 'every weight of its network',
    cure: 'The file is damaged or another version wrote it: take a copy of it, or train again.',
  });
}

/** What `loadAveragedWeights` takes of checkpoints of one network, tensor by tensor; optimisers may differ. */
function meanOf(checkpoints: readonly Checkpoint[]): Checkpoint {
  const [{ facts }] = checkpoints;
  const means = exportedOf(checkpoints[0]).map(([name, { shape, data }]) => {
    const mean = (i: number) =>
      checkpoints.reduce((sum, each) => sum + each.tensors[name].data[i], 0) / checkpoints.length;
    return [name, { shape, data: data.map((_, i) => mean(i)) }];
  });
  return { facts, tensors: Object.fromEntries(means) };
}

/** Of a convolution's kernel, `[height, width, inputs, outputs]`. */
const INPUTS_AXIS = 2;

/**
 * Puts the averaged weights of a checkpoint into a model, so that a network of the same family can start from them. A
 * convolution with fewer inputs takes the first of them: the picture comes first, the map beside it last. Other weights
 * of another shape or name are left as they are.
 *
 * @returns the names of the weights that were left
 */
export function loadAveragedWeights(model: tf.LayersModel, { tensors }: Checkpoint): string[] {
  const left: string[] = [];
  const take = (kind: string, weights: Record<string, tf.Variable>) => {
    for (const [name, weight] of Object.entries(weights)) {
      const saved = tensors[`${kind}/${name}`];
      if (saved !== undefined && fits(saved.shape, weight.shape)) {
        const origin = saved.shape.map(() => 0);
        tf.tidy(() => weight.assign(tf.tensor(saved.data, saved.shape).slice(origin, weight.shape)));
      } else left.push(name);
    }
  };
  take('average', trainableWeights(model));
  take('statistic', statistics(model));
  return left;
}

const fits = (saved: readonly number[], wanted: readonly number[]): boolean =>
  saved.length === wanted.length &&
  saved.every((size, axis) => (axis === INPUTS_AXIS ? size >= wanted[axis] : size === wanted[axis]));
