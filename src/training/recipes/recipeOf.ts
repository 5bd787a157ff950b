import ndarray from 'ndarray';
import { random } from '../../core/random.js';
import { seeded } from '../../core/seeded.js';
import * as tf from '../../core/tf.js';
import type { Pixels } from '../../images/raster.js';
import type { Network } from '../../models/networks.js';
import type { Batch, Stack } from '../datasets/batchOf.js';
import type { SamplePictures } from '../report/samplePictures.js';
import type { Recipe } from '../train.js';
import { aligned } from './aligned.js';
import type { Examples, Tensors, TrainingTask } from './trainingTask.js';

/** What of a recipe differs between tasks and networks. */
export interface RecipeOptions {
  task: TrainingTask;
  model: tf.LayersModel;
  network: Pick<Network, 'normalisation' | 'outputs'> & { grid?: { offset: number; step: number } };
  /** What the network is given in place of the inputs. */
  prepare?: (inputs: Tensors, targets: Tensors) => Tensors;
  /** In place of the task's. */
  loss?: TrainingTask['loss'];
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
  const { task, model, network, prepare, batches, validation, shown, seed, loss = task.loss } = options;
  const { mean, scale } = network.normalisation ?? { mean: 0, scale: 1 };
  const normalised = (x: tf.Tensor4D) => (network.normalisation ? (x.sub(mean).div(scale) as tf.Tensor4D) : x);

  /** The network's outputs by name, and the examples in its units. */
  const answer = (batch: Batch, training: boolean): { outputs: Tensors; examples: Examples } => {
    const [targets, masks] = [tensorsOf(batch.targets), tensorsOf(batch.masks)];
    const drawn = tensorsOf(batch.inputs);
    const inputs = prepare ? prepare(drawn, targets) : drawn;
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
            const tensors = tf.tidy(() => {
              const { outputs, examples } = answer(batch, false);
              return task.scores(inPictureUnits(outputs), examples);
            });
            for (const [name, each] of Object.entries(tensors)) {
              values[name] ??= [];
              values[name].push(...(await each.data()));
            }
            tf.dispose(tensors);
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
        const tensors = tf.tidy(() => {
          const { outputs, examples } = answer(shown, false);
          return {
            said: inPictureUnits(outputs)[task.answer].clone(),
            truth: examples.targets[task.answer].clone(),
          };
        });
        const [said, truth] = [await pixelsOf(tensors.said), await pixelsOf(tensors.truth)];
        tf.dispose(tensors);
        return stacked(shown.inputs.image).map(
          (input, i): SamplePictures => ({ input, answer: task.picture(said[i]), truth: task.picture(truth[i]) }),
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
