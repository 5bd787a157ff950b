/**
 * What a mean field is worth on answers of the shipped network of streets, beside its control. On every second frame of a set three things
 * are learnt from what the network says, by cross-entropy over the pixels of its grid: one scale and a bias a class, which know no neighbours; a
 * mean field; and a mean field on top of that scale and those biases. Each is scored on the other frames, at full size:
 *
 *     npx tsx bench/meanFieldControl.ts CAMVID_VAL [STEPS] [EVERY]
 *
 * CAMVID_VAL holds `rgb` and `labels11`. STEPS (200) of one frame each; EVERY (1): take each so many frames of the folder.
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import ndarray from 'ndarray';
import { cacheDirOf } from '../src/cli/io.js';
import { random } from '../src/core/random.js';
import * as tf from '../src/core/tf.js';
import { models } from '../src/engines/models.js';
import { loadTensorflow } from '../src/engines/tensorflow/tensorflow.js';
import { camvidClasses } from '../src/geometry/camvidClasses.js';
import { averaged } from '../src/images/averaged.js';
import { readRaster } from '../src/images/readRaster.js';
import { LabelScores } from '../src/metrics/labels.js';
import { meanField } from '../src/models/layers/meanField.js';
import { photoGrids } from '../src/pipelines/run/photoGrids.js';
import { planOf } from '../src/pipelines/run/planOf.js';
import { readLabels } from '../src/tasks/evaluation/truths.js';
import { labels } from '../src/tasks/labels/task.js';

const [folder, steps = '200', every = '1'] = process.argv.slice(2);
const CLASSES = camvidClasses.names.length - 1;

interface Frame {
  /** Logarithms of what the network says, `[1, rows, columns, classes]`. */
  logits: tf.Tensor4D;
  /** The picture on the network's grid. */
  guide: tf.Tensor4D;
  /** Classes, 0 void, `[height, width]`. */
  truth: ndarray.NdArray<Uint8Array>;
}

async function frame(name: string): Promise<Frame> {
  const raster = await readRaster(path.join(folder, 'rgb', name));
  const options = labels.options.parse({ scene: 'street' });
  const context = { open: models.open, quality: 'balanced' } as const;
  const { session, plan } = await planOf(raster, { task: labels, options }, context);
  if (plan?.kind !== 'whole') throw new Error('labels are no longer seen whole');
  const grid = await photoGrids(raster, context).run(labels, session, plan);
  const [rows, columns] = grid.shape;
  const truth = await readLabels(path.join(folder, 'labels11', name.replace(/\.\w+$/, '.png')), camvidClasses.fromFile);
  return {
    logits: tf
      .tensor4d(grid.data as Float32Array, [1, rows, columns, CLASSES])
      .maximum(1e-6)
      .log() as tf.Tensor4D,
    guide: tf.tensor4d(averaged(raster, rows, columns).data as Float32Array, [1, rows, columns, 3]),
    truth: ndarray(truth.data as Uint8Array, truth.shape.slice(0, 2)),
  };
}

/** The class at the middle of each position of the grid: cross-entropy over those that are labelled. */
function entropy(logits: tf.Tensor4D, { shape, data }: Frame['truth']): tf.Scalar {
  const [, rows, columns] = logits.shape;
  const [height, width] = shape;
  const at = Array.from({ length: rows * columns }, (_, i) => {
    const y = Math.floor(((Math.floor(i / columns) + 0.5) * height) / rows);
    return data[y * width + Math.floor((((i % columns) + 0.5) * width) / columns)];
  });
  const labelled = tf.tensor1d(at.map((label) => (label > 0 ? 1 : 0)));
  const hot = tf.oneHot(
    tf.tensor1d(
      at.map((label) => Math.max(0, label - 1)),
      'int32',
    ),
    CLASSES,
  );
  const losses = hot
    .mul(tf.logSoftmax(logits.reshape([-1, CLASSES])))
    .sum(1)
    .neg();
  return losses.mul(labelled).sum().div(labelled.sum()) as tf.Scalar;
}

type Refine = (frame: Frame) => tf.Tensor4D;

function learnt(refine: Refine, rate: number, weights: tf.Variable[], frames: readonly Frame[]): void {
  const adam = tf.train.adam(rate);
  const dice = random(1, 'frames');
  for (let step = 0; step < Number(steps); step++) {
    const each = dice.pick(frames);
    adam.minimize(() => entropy(refine(each), each.truth), false, weights);
  }
  adam.dispose();
}

function scored(refine: Refine, frames: readonly Frame[]) {
  const scores = new LabelScores({ classes: CLASSES });
  for (const each of frames) {
    const [height, width] = each.truth.shape;
    const found = tf.tidy(() => {
      const sure = tf.softmax(refine(each));
      return tf.image
        .resizeBilinear(sure as tf.Tensor4D, [height, width], false, true)
        .argMax(3)
        .add(1)
        .dataSync();
    });
    scores.add(ndarray(Uint8Array.from(found), [height, width]), each.truth);
  }
  const { pixel, class: accuracy, meanJaccard } = scores.figures;
  return [pixel, accuracy, meanJaccard].map((figure) => figure.toFixed(2)).join(' / ');
}

await loadTensorflow({ cacheDir: cacheDirOf(process.platform, process.env) });
const names = (await readdir(path.join(folder, 'rgb'))).sort().filter((_, i) => i % Number(every) === 0);
const frames: Frame[] = [];
for (const name of names) frames.push(await frame(name));
const [own, others] = [0, 1].map((odd) => frames.filter((_, i) => i % 2 === odd));
console.log(`${own.length} frames to learn from, ${others.length} to score: pixel / class / mean Jaccard`);
const tell = (what: string, refine: Refine) => console.log(`${what}: ${scored(refine, others)}`);

tell('as the network says', ({ logits }) => logits);

const scale = tf.variable(tf.scalar(1));
const biases = tf.variable(tf.zeros([CLASSES]));
const control: Refine = ({ logits }) => logits.mul(scale).add(biases) as tf.Tensor4D;
learnt(control, 0.02, [scale, biases], own);
tell(`one scale and ${CLASSES} biases, the control`, control);

const field = (name: string) => {
  const unary = tf.input({ shape: [null, null, CLASSES] });
  const guide = tf.input({ shape: [null, null, 3] });
  const model = tf.model({ inputs: [unary, guide], outputs: meanField(unary, guide, { name }) });
  const weights = model.trainableWeights.map((weight) => (weight as unknown as { val: tf.Variable }).val);
  return {
    weights,
    apply: (logits: tf.Tensor4D, picture: tf.Tensor4D) => model.apply([logits, picture]) as tf.Tensor4D,
  };
};
const alone = field('alone');
const alonePlan: Refine = ({ logits, guide }) => alone.apply(logits, guide);
learnt(alonePlan, 0.01, alone.weights, own);
tell('mean field', alonePlan);

const onTop = field('on_top');
const onTopPlan: Refine = (each) => onTop.apply(control(each), each.guide);
learnt(onTopPlan, 0.01, onTop.weights, own);
tell('mean field on top of the control', onTopPlan);
