import ndarray from 'ndarray';
import { random } from '../core/random.js';
import { seeded } from '../core/seeded.js';
import * as tf from '../core/tf.js';
import type { Pixels } from '../images/raster.js';
import type { Examples, Loss, Tensors } from '../losses/loss.js';
import type { Grid, Network } from '../models/network.js';
import type { Batch, Stack } from './datasets/batchOf.js';
import type { Answered, Learnable } from './learnable.js';
import type { SamplePictures } from './report/samplePictures.js';
import type { Recipe } from './train.js';

/** What of a recipe differs between tasks and networks. */
export interface RecipeOptions {
  task: Pick<Learnable, 'answer' | 'loss' | 'scores' | 'picture'>;
  model: tf.LayersModel;
  network: Pick<Network, 'normalisation' | 'outputs' | 'inputs'> & { grid?: Grid };
  /** In place of the task's. */
  loss?: Loss;
  /** Training batches by step. */
  batches: Recipe<Batch>['batch'];
  /** Of what networks draw by chance while they are trained: dropout. */
  seed: number;
  /** Batches to score on, by what stands behind a score's name, from pictures that are not trained on. */
  validation?: Readonly<Record<string, readonly Batch[]>>;
  /** A batch whose examples are shown in the report. */
  shown?: Batch;
}

/** A task learnt by a network: turns batches into what the network takes, and its answers into losses, scores, pictures. */
export function recipeOf(options: RecipeOptions): Recipe<Batch> {
  const { task, model, network, batches, validation, shown, seed, loss = task.loss } = options;
  const { mean, scale } = network.normalisation ?? { mean: 0, scale: 1 };
  const normalised = (x: tf.Tensor4D) => (network.normalisation ? (x.sub(mean).div(scale) as tf.Tensor4D) : x);

  /** The network's outputs by name, and the examples in its units. */
  const answer = (batch: Batch, training: boolean): { outputs: Tensors; examples: Examples } => {
    const [targets, masks] = [tensorsOf(batch.targets), tensorsOf(batch.masks)];
    const drawn = tensorsOf(batch.inputs);
    const inputs = network.inputs?.(drawn, targets) ?? drawn;
    const masked = inputs.mask ? tf.sub(1, inputs.mask) : 1;
    // Holes are 0 in the network's units.
    const image = network.normalisation ? (normalised(inputs.image).mul(masked) as tf.Tensor4D) : inputs.image;
    const given: Tensors = { ...inputs, image };
    const outputs = namedOutputs(model, given, training, network.outputs);
    const examples = { inputs: given, targets, masks };
    return { outputs, examples: network.grid ? aligned(examples, outputs[task.answer], network.grid) : examples };
  };
  const inNetworkUnits = ({ targets, ...rest }: Examples): Examples =>
    targets.clean ? { ...rest, targets: { ...targets, clean: normalised(targets.clean) } } : { ...rest, targets };
  const inPictureUnits = (outputs: Tensors): Tensors =>
    outputs.clean && network.normalisation
      ? { ...outputs, clean: outputs.clean.mul(scale).add(mean) as tf.Tensor4D }
      : outputs;

  /** What the network says of each example of a batch, in the task's units. */
  const answeredOf = async (batch: Batch): Promise<Answered[]> => {
    const tensors = tf.tidy(() => {
      const { outputs, examples } = answer(batch, false);
      const { targets, masks } = examples;
      const wanted = Object.entries(inPictureUnits(outputs)).filter(([name]) => name in targets);
      // Copies: a tidy keeps what it returns, and what is shared would be disposed of twice.
      const kept = (all: Tensors) => Object.fromEntries(Object.entries(all).map(([name, x]) => [name, x.clone()]));
      return { outputs: kept(Object.fromEntries(wanted)), targets: kept(targets), masks: kept(masks) };
    });
    const apart = async (all: Tensors): Promise<Record<string, Pixels>[]> => {
      const pixels = await Promise.all(
        Object.entries(all).map(async ([name, x]) => [name, await pixelsOf(x)] as const),
      );
      return Array.from({ length: batch.inputs.image.shape[0] }, (_, i) =>
        Object.fromEntries(pixels.map(([name, each]) => [name, each[i]])),
      );
    };
    const [outputs, targets, masks] = await Promise.all([tensors.outputs, tensors.targets, tensors.masks].map(apart));
    tf.dispose(tensors);
    return outputs.map((each, i) => ({ outputs: each, targets: targets[i], masks: masks[i] }));
  };

  return {
    model,
    batch: batches,
    loss(batch, step) {
      const { outputs, examples } = seeded(random(seed, 'dropout', step), () => answer(batch, true));
      return loss(outputs, inNetworkUnits(examples));
    },
    validate:
      validation &&
      (async () => {
        const scores: Record<string, number> = {};
        for (const [variant, some] of Object.entries(validation)) {
          const values: Record<string, number[]> = {};
          for (const batch of some) {
            for (const answered of await answeredOf(batch)) {
              for (const [name, score] of Object.entries(task.scores(answered))) {
                if (Number.isNaN(score)) continue;
                values[name] ??= [];
                values[name].push(score);
              }
            }
          }
          for (const [name, all] of Object.entries(values)) {
            scores[variant === '' ? name : `${name} at ${variant}`] = all.reduce((sum, v) => sum + v, 0) / all.length;
          }
        }
        return scores;
      }),
    samples:
      shown &&
      (async () => {
        const inputs = stacked(shown.inputs.image);
        return (await answeredOf(shown)).map(
          ({ outputs, targets }, i): SamplePictures => ({
            input: inputs[i],
            answer: task.picture(outputs[task.answer]),
            truth: task.picture(targets[task.answer]),
          }),
        );
      }),
  };
}

/** Runs a model on inputs by name; what it does not ask for is left aside. */
function namedOutputs(
  model: tf.LayersModel,
  inputs: Tensors,
  training: boolean,
  names: Readonly<Record<string, string>> = {},
): Tensors {
  const outputs = [
    model.apply(
      model.inputNames.map((name) => inputs[name]),
      { training },
    ),
  ].flat() as tf.Tensor4D[];
  const byName = Object.fromEntries(model.outputNames.map((name, i) => [name, outputs[i]]));
  return { ...byName, ...Object.fromEntries(Object.entries(names).map(([answer, name]) => [answer, byName[name]])) };
}

const tensorsOf = (stacks: Readonly<Record<string, Stack>>): Tensors =>
  Object.fromEntries(Object.entries(stacks).map(([name, { shape, data }]) => [name, tf.tensor4d(data, shape)]));

const pixelsOf = async (x: tf.Tensor4D) => stacked({ shape: x.shape, data: await x.data<'float32'>() });

/** The examples of a stack, each on its own. */
function stacked({ shape: [count, height, width, channels], data }: Stack): Pixels[] {
  const each = height * width * channels;
  return Array.from({ length: count }, (_, i) =>
    ndarray(data.slice(i * each, (i + 1) * each), [height, width, channels]),
  );
}

/**
 * Targets and masks at the pixels that an answer's pixels stand for, taken as they are and not interpolated: depth and
 * labels have no values between two things.
 *
 * @param answer `[batch, rows, columns, any]`
 */
function aligned({ inputs, targets, masks }: Examples, answer: tf.Tensor4D, { offset, step }: Grid): Examples {
  const [, rows, columns] = answer.shape;
  const sampled = (tensors: Tensors): Tensors =>
    Object.fromEntries(
      Object.entries(tensors).map(([name, x]) => {
        const [batch, , , channels] = x.shape;
        const end = [batch, offset + (rows - 1) * step + 1, offset + (columns - 1) * step + 1, channels];
        return [name, x.stridedSlice([0, offset, offset, 0], end, [1, step, step, 1]) as tf.Tensor4D];
      }),
    );
  return { inputs, targets: sampled(targets), masks: sampled(masks) };
}
