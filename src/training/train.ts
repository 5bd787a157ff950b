import { join } from 'node:path';
import { PerpixelError } from '../core/errors.js';
import type { Lock } from '../core/files/lock.js';
import * as tf from '../core/tf.js';
import { type Checkpoint, readCheckpoint, restoreVariables, writeCheckpoint } from './checkpoint.js';
import { lockRun } from './lockRun.js';
import { MovingAverage } from './movingAverage.js';
import { Optimiser, type OptimiserOptions } from './optimisers/optimiser.js';
import type { UpdateRule } from './optimisers/updateRule.js';
import type { Report } from './report/reportPage.js';
import type { SamplePictures } from './report/samplePictures.js';
import { writeReport } from './report/writeReport.js';
import { appendLog, type LogEntry, truncateLog } from './runLog.js';
import type { Schedule } from './schedules.js';

/** What is learnt: a network, its examples, and how far off it is. */
export interface Recipe<Batch> {
  readonly model: tf.LayersModel;
  /** The examples of one step, 0 for the first; the same for the same step, so that a resumed run goes the same way. */
  batch(step: number): Promise<Batch> | Batch;
  /** The loss on a batch; runs inside `tf.tidy`, and makes its tensors itself. */
  loss(batch: Batch, step: number): tf.Scalar;
  /** Scores on examples that are not trained on, by name; runs with the averaged weights. */
  validate?(): Promise<Record<string, number>>;
  /** Examples as pictures, for the report; runs with the averaged weights. */
  samples?(): Promise<SamplePictures[]>;
}

/** One training run: how long, by which rule, and who is told. */
export interface TrainOptions extends OptimiserOptions {
  /** Folder of the run: `checkpoint.safetensors` and `log.jsonl`. A run that exists is resumed. */
  run: string;
  /** Steps in all, those before a resumption included. */
  steps: number;
  rule: UpdateRule;
  rate: Schedule;
  /** Decay of the averaged weights. @default 0.999 */
  averageDecay?: number;
  /** Seconds between checkpoints. @default 120 */
  checkpointEvery?: number;
  /** Steps between validations. @default 1000 */
  validateEvery?: number;
  /** Steps that one line of the log sums up. @default 50 */
  logEvery?: number;
  /** What `report.html` says about the run; it is written at each validation. @default no such page */
  page?: Pick<Report, 'title' | 'facts'>;
  /** Told of each line of the log. */
  report?: (entry: LogEntry) => void;
  signal?: AbortSignal;
  /** The run's folder, held by the caller. @default it is held while this trains */
  held?: Lock;
}

/**
 * Trains until `steps`, or until the signal: then it saves and returns. Leaves the averaged weights in the model.
 *
 * @returns the steps done in all
 * @throws PerpixelError E_NAN where the loss is no longer finite (the last good checkpoint stays), E_CHECKPOINT where the
 *   run's folder holds a checkpoint that is damaged or of another network, E_WRITE where another training is at work in it
 */
export async function train<Batch>(recipe: Recipe<Batch>, options: TrainOptions): Promise<number> {
  if (options.held) return trainHeld(recipe, options, options.held);
  const held = await lockRun(options.run);
  try {
    return await trainHeld(recipe, options, held);
  } finally {
    held.release();
  }
}

async function trainHeld<Batch>(recipe: Recipe<Batch>, options: TrainOptions, held: Lock): Promise<number> {
  const { run, steps, rate, signal, report, checkpointEvery = 120, validateEvery = 1000, logEvery = 50 } = options;
  const weights = trainableWeights(recipe.model);
  const optimiser = new Optimiser(options.rule, trained(weights, options), options);
  const average = new MovingAverage(weights, options.averageDecay);
  const variables = {
    ...prefixed('weight', weights),
    ...prefixed('slot', optimiser.state),
    ...prefixed('average', average.averages),
    ...prefixed('statistic', statistics(recipe.model)),
  };
  const path = join(run, 'checkpoint.safetensors');
  const saved = await existing(path);
  let step = 0;
  let summed = { loss: 0, steps: 0, since: performance.now() };
  if (saved) {
    restoreVariables(path, saved, variables);
    step = Number(saved.facts.step);
    summed = { ...summed, loss: Number(saved.facts.summedLoss), steps: Number(saved.facts.summedSteps) };
  }
  await truncateLog(run, step);

  const save = async () => {
    await requireFinite(weights, step);
    held.check();
    // What the next line of the log has summed up so far goes with it: that line must not change by a stop.
    const facts = { step, rule: options.rule.name, summedLoss: summed.loss, summedSteps: summed.steps };
    await writeCheckpoint(path, facts, variables);
  };
  let savedAt = performance.now();
  while (step < steps && !signal?.aborted) {
    const batch = await recipe.batch(step);
    const { loss, gradients } = await gradientsOf(recipe, batch, optimiser.weights, step);
    // Only now: a checkpoint is of weights whose loss is known to be finite.
    if (performance.now() - savedAt > checkpointEvery * 1000) {
      await save();
      savedAt = performance.now();
    }
    optimiser.apply(gradients, rate(step), step + 1);
    tf.dispose(gradients);
    average.update(++step);
    summed.loss += loss;
    summed.steps++;

    const validates = step % validateEvery === 0 || step === steps;
    if (step % logEvery === 0 || step === steps || validates) {
      const entry: LogEntry = {
        step,
        steps,
        loss: summed.loss / summed.steps,
        rate: rate(step - 1),
        secondsPerStep: (performance.now() - summed.since) / 1000 / summed.steps,
        ...(validates && recipe.validate ? { scores: await average.swapped(() => recipe.validate!()) } : {}),
      };
      await appendLog(run, entry);
      if (validates && options.page) {
        const samples = recipe.samples ? await average.swapped(() => recipe.samples!()) : [];
        await writeReport(run, { ...options.page, samples });
      }
      report?.(entry);
      summed = { loss: 0, steps: 0, since: performance.now() };
    }
  }
  await save();
  for (const [name, weight] of Object.entries(weights)) weight.assign(average.averages[name]);
  optimiser.dispose();
  average.dispose();
  return step;
}

/** The trainable weights of a model by their names, as the variables behind them. */
export function trainableWeights(model: tf.LayersModel): Record<string, tf.Variable> {
  return variablesOf(model.trainableWeights);
}

/** What no gradient moves, by name: the running mean and variance of batch normalisation. */
export function statistics(model: tf.LayersModel): Record<string, tf.Variable> {
  return variablesOf(model.nonTrainableWeights);
}

function variablesOf(weights: tf.LayersModel['weights']): Record<string, tf.Variable> {
  return Object.fromEntries(weights.map((weight) => [weight.originalName, weight.read() as tf.Variable]));
}

/** Those that are not frozen: for the others there is neither a gradient nor a slot. */
function trained(weights: Record<string, tf.Variable>, { rateOf = () => 1 }: OptimiserOptions) {
  return Object.fromEntries(Object.entries(weights).filter(([name]) => rateOf(name) !== 0));
}

/** @throws PerpixelError E_NAN where the loss is not finite */
async function gradientsOf<Batch>(
  recipe: Recipe<Batch>,
  batch: Batch,
  weights: Readonly<Record<string, tf.Variable>>,
  step: number,
): Promise<{ loss: number; gradients: Record<string, tf.Tensor> }> {
  const { value, grads } = tf.variableGrads(() => recipe.loss(batch, step), Object.values(weights));
  const [loss] = await value.data();
  value.dispose();
  if (!Number.isFinite(loss)) {
    tf.dispose(grads);
    throw notFinite(step + 1, `a loss of ${loss}`);
  }
  // A weight that the loss does not depend on has none.
  const names = Object.keys(weights).filter((name) => grads[weights[name].name]);
  return { loss, gradients: Object.fromEntries(names.map((name) => [name, grads[weights[name].name]])) };
}

/** A gradient may be infinite where the loss is not yet: such weights must not take the place of a good checkpoint. */
async function requireFinite(weights: Record<string, tf.Variable>, step: number): Promise<void> {
  for (const [name, weight] of Object.entries(weights)) {
    const finite = tf.tidy(() => weight.isFinite().all());
    const [allFinite] = await finite.data();
    finite.dispose();
    if (!allFinite) throw notFinite(step, `${name} with values of NaN or infinity`);
  }
}

function notFinite(step: number, received: string): PerpixelError {
  return new PerpixelError({
    code: 'E_NAN',
    subject: `step ${step}`,
    received,
    expected: 'a finite loss and finite weights',
    cure: 'Start again from the last checkpoint, which is sound, with a smaller --rate or with --clip 1.',
  });
}

const prefixed = (prefix: string, variables: Readonly<Record<string, tf.Variable>>) =>
  Object.fromEntries(Object.entries(variables).map(([name, variable]) => [`${prefix}/${name}`, variable]));

async function existing(path: string): Promise<Checkpoint | undefined> {
  try {
    return await readCheckpoint(path);
  } catch (error) {
    const missing = error instanceof PerpixelError && (error.cause as NodeJS.ErrnoException)?.code === 'ENOENT';
    if (missing) return undefined;
    throw error;
  }
}
