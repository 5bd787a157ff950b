import { rmdir, stat } from 'node:fs/promises';
import { PerpixelError } from '../core/errors.js';
import type { Lock } from '../core/files/lock.js';
import { random } from '../core/random.js';
import { seeded } from '../core/seeded.js';
import type * as tf from '../core/tf.js';
import { type TrainingEngineName, trainOn } from '../engines/registry.js';
import { nyuCamera } from '../geometry/planeNormals.js';
import type { Network, NetworkOptions } from '../models/network.js';
import { networkFor } from '../models/registry.js';
import { claimData } from './claimData.js';
import type { Batch } from './datasets/batchOf.js';
import { type ExampleFiles, exampleFiles, type Source } from './datasets/exampleFiles.js';
import { layerRates } from './layerRates.js';
import type { DrawOptions, Learnable } from './learnable.js';
import { lockRun } from './lockRun.js';
import { updateRules } from './optimisers/updateRules.js';
import { type BatchMaker, prefetch } from './prefetch.js';
import { recipeOf } from './recipeOf.js';
import { claimRun, loadAveragedWeights, type RunConfig, type Runs, requireRun } from './run.js';
import { constant, cosine, type Schedule, stepwise } from './schedules.js';
import { startFrom } from './startFrom.js';
import { type TrainOptions, train, trainableWeights } from './train.js';
import { loadTrunk, readTrunk } from './trunk.js';

/** Validation batches a variant. */
const VALIDATION_BATCHES = 8;

/** A training run: its task, and by name its network and data. */
export interface TrainNetworkOptions
  extends Pick<TrainOptions, 'signal' | 'report' | 'checkpointEvery' | 'validateEvery' | 'logEvery'> {
  /** Folder of the run; a run that exists is resumed. */
  run: string;
  /** What is learnt; `config` has its name. */
  task: Learnable;
  config: RunConfig;
  /** What is trained on. */
  source: Source;
  /** What is scored on, never trained on. @default nothing is scored */
  validation?: Source;
  /** Starts anew, even if there is a run. @default false */
  overwrite?: boolean;
  /** What computes; loaded when all is checked that can be without. @default whatever `tf` computes on already */
  engine?: TrainingEngineName;
  /** Where `perpixel setup` put the engine. @default it is looked for in node_modules only */
  cacheDir?: string;
  /** Told what computes, once it is loaded. */
  onEngine?: (description: string) => void;
  /** Runs, or a model by its name or file, as of `startFrom`: weights of the same name and shape are taken over. */
  from?: Runs;
  /** A safetensors file with the weights of the network's trunk, to start from; see `tools/efficientnetLite.py`. */
  trunk?: string;
  /** Told of the weights that `from` has no counterpart for. */
  onLeft?: (names: string[]) => void;
}

/**
 * Trains a network on a task: a run's folder comes to hold `run.json`, `data.json`,
 * `checkpoint.safetensors`, `log.jsonl` and `report.html`.
 *
 * @returns the steps done in all
 * @throws PerpixelError E_OPTION for a network that does not fit, E_DATA, E_CHECKPOINT and E_NAN as `exampleFiles`,
 *   `claimRun`, `claimData` and `train` do
 */
export async function trainNetwork(options: TrainNetworkOptions): Promise<number> {
  const { config, run, task } = options;
  const { network, options: own } = networkFor(task.name, config.network, config.options);
  const asked = { ...config, options: own };
  sensible(own, () => requireCrop(config, network));
  await requireRun(run, asked, options);
  const isNew = !(await isThere(run));
  const held = await lockRun(run);
  try {
    return await trainHeld(options, asked, network, held);
  } finally {
    held.release();
    // A command that failed leaves nothing.
    if (isNew) await rmdir(run).catch(() => {});
  }
}

/** @param asked what the run is to be, with the options that its task asks of the network */
async function trainHeld(
  options: TrainNetworkOptions,
  asked: RunConfig,
  network: Network,
  held: Lock,
): Promise<number> {
  const { config, run, source, from, task } = options;
  const { options: own } = asked;
  const stage = network.stage?.(own);
  if (stage && from === undefined) throw notStaged(stage.after);
  const trunk = options.trunk === undefined ? undefined : await readTrunk(options.trunk);
  const { files, scored: scoredFiles } = await filesOf(options, task.truth);
  using trainer = options.engine && (await trainOn(options.engine, options));
  if (trainer) options.onEngine?.(trainer.description);
  const model = sensible(own, () =>
    seeded(random(config.seed, 'weights'), () => network.build({ ...own, ...network.training })),
  );
  const draw = drawOptions(task, config, model, { files, camera: source.layout === 'nyu' ? nyuCamera : undefined });
  task.check?.(draw);
  if (trunk) loadTrunk(model, trunk);
  if (from !== undefined) {
    const start = await startFrom(from);
    const left = loadAveragedWeights(model, start.weights);
    if (left.length === model.weights.length) throw nothingFits(from, start.config, config);
    options.onLeft?.(left);
  }

  const scored = scoredFiles && (await validationBatches(task, { ...draw, files: scoredFiles, still: true }));
  await using batches = prefetch<Batch>(task.batches, draw);
  const { only = stage?.trains, steps } = config;
  const recipe = recipeOf({
    task,
    model,
    network: { ...network, grid: network.grid?.(own) },
    loss: stage?.loss?.(model) ?? network.loss,
    batches: batches.batch,
    seed: config.seed,
    validation: scored,
    shown: scored ? Object.values(scored)[0][0] : await batches.batch(steps),
  });
  // Only now: of a command that failed nothing is left that would stand in the way of the right one.
  await claimRun(run, asked, options);
  await claimData(run, { layout: source.layout, files, held: scoredFiles });
  // Awaited here: the thread that makes batches and the engine end with this function.
  return await train(recipe, {
    ...options,
    held,
    steps,
    rule: updateRules[config.optimiser].rule(),
    rate: scheduleOf(config),
    decay: config.decay,
    clipNorm: config.clip,
    averageDecay: config.average,
    rateOf: layerRates(trainableWeights(model), {
      only,
      divideByFanIn: config.divideByFanIn,
      factors: config.rates,
    }),
    page: { title: `${config.task}: ${config.network}`, facts: { ...asked } },
  });
}

/** What is trained on, and what is scored on. The end of a list is held out, not chance pictures: neighbours show one room. */
async function filesOf(
  { source, validation, config: { holdOut } }: TrainNetworkOptions,
  truth: Learnable['truth'],
): Promise<{ files: ExampleFiles[]; scored?: ExampleFiles[] }> {
  const files = await exampleFiles(source, truth);
  if (validation) return { files, scored: await exampleFiles(validation, truth) };
  if (holdOut === undefined) return { files };
  if (holdOut > files.length - 2) {
    throw new PerpixelError({
      code: 'E_OPTION',
      subject: '--hold-out',
      received: String(holdOut),
      expected: `at most ${files.length - 2} of ${files.length} pictures, so that two are left to train on`,
      cure: 'Hold out fewer, or name pictures to score on by --validate.',
    });
  }
  return { files: files.slice(0, -holdOut), scored: files.slice(-holdOut) };
}

/** @throws PerpixelError E_OPTION where a network cannot be made with these options: too wide, or of no width at all */
function sensible<T>(options: NetworkOptions, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    if (cause instanceof PerpixelError) throw cause;
    throw new PerpixelError({
      code: 'E_OPTION',
      subject: '--options',
      received: JSON.stringify(options),
      expected: `options that a network can be made with: ${cause instanceof Error ? cause.message : cause}`,
      cure: 'See docs/models.md for the options of each network.',
      cause,
    });
  }
}

const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

/** @throws PerpixelError E_OPTION where the network cannot take examples of that size */
function requireCrop({ crop, options }: RunConfig, network: Network): void {
  const { stride } = network.geometry(options);
  if (network.anySize || [crop].flat().every((side) => side % stride === 0)) return;
  throw new PerpixelError({
    code: 'E_OPTION',
    subject: '--crop',
    received: String(crop),
    expected: `a multiple of ${stride}`,
    cure: 'The network halves the picture that often.',
  });
}

function notStaged(after: NetworkOptions): PerpixelError {
  return new PerpixelError({
    code: 'E_OPTION',
    subject: '--from',
    received: 'no run to start from',
    expected: 'one of the stage before this, whose weights stay as they are',
    cure: `Train with --options '${JSON.stringify(after)}' first.`,
  });
}

function nothingFits(
  from: Runs,
  { network, options }: Pick<RunConfig, 'network' | 'options'>,
  wanted: RunConfig,
): PerpixelError {
  return new PerpixelError({
    code: 'E_OPTION',
    subject: '--from',
    received: `${from.join(', ')}: ${network} with the options ${JSON.stringify(options)}`,
    expected: `weights of ${wanted.network} with the options ${JSON.stringify(wanted.options)}, or some that fit`,
    cure: 'Name a model or a run of that network, or train this one by --network and --options.',
  });
}

function drawOptions(
  task: Learnable,
  { examples, batch, seed, crop }: RunConfig,
  model: tf.LayersModel,
  known: Pick<DrawOptions, 'files' | 'camera'>,
): DrawOptions {
  const [, ownHeight, ownWidth, channels] = model.inputs[0].shape;
  const [height, width = height] = [crop].flat();
  return {
    ...known,
    ...{ batch, seed, height: ownHeight ?? height, width: ownWidth ?? width, channels: channels as 1 | 3 },
    ...{ inputNames: model.inputNames, outputNames: model.outputNames },
    examples: task.examples.parse(examples),
  };
}

async function validationBatches(task: Learnable, draw: DrawOptions): Promise<Record<string, Batch[]>> {
  const { default: maker } = (await import(task.batches.href)) as { default: BatchMaker<DrawOptions, Batch> };
  const isDrawn = draw.files.some(({ truth }) => truth === undefined);
  const variants = (isDrawn && task.variants?.(draw.examples)) || { '': draw.examples };
  const made: Record<string, Batch[]> = {};
  for (const [variant, examples] of Object.entries(variants)) {
    const batchOf = await maker({ ...draw, examples });
    made[variant] = [];
    for (let step = 0; step < VALIDATION_BATCHES; step++) made[variant].push(await batchOf(step));
  }
  return made;
}

function scheduleOf({ schedule, rate, steps }: RunConfig): Schedule {
  const schedules: Record<RunConfig['schedule'], () => Schedule> = {
    cosine: () => cosine(rate, { steps, warmup: Math.min(200, steps / 10), floor: 0.01 }),
    constant: () => constant(rate),
    stepwise: () => stepwise(rate, { at: [steps / 2, (steps * 3) / 4] }),
  };
  return schedules[schedule]();
}
