import { normalDistance } from '../../losses/normalDistance.js';
import type * as tf from '../../models/tf.js';
import { depth } from './depth.js';
import { labels } from './labels.js';
import { normals } from './normals.js';
import type { TrainingTask } from './trainingTask.js';

/**
 * What is learnt together, and what each counts in the loss. Geometry counts much more: with gradients of the same length
 * (3, 1.5 and 1) labels were learnt by heart while normals were still 38 degrees off on the very photos of training.
 *
 * Normals by their distance: by the dot product, weight 10, a network was 0.8 degrees worse on photos held out.
 */
const PARTS: readonly { task: TrainingTask; loss?: TrainingTask['loss']; weight: number }[] = [
  { task: depth, weight: 10 },
  {
    task: normals,
    loss: (outputs, { targets, masks }) => normalDistance(outputs.normals, targets.normals, masks.normals),
    weight: 6,
  },
  { task: labels, weight: 1 },
];

/** Depth, normals and labels of one photo, learnt together by one network: each helps to learn the features of the others. */
export const scene: TrainingTask<'scene'> = {
  name: 'scene',
  truth: ['labels'],
  batches: new URL('./sceneBatches.js', import.meta.url),
  answer: 'depth',
  loss: (outputs, examples) =>
    PARTS.map(({ task, loss = task.loss, weight }) => loss(outputs, examples).mul(weight)).reduce((sum, term) =>
      sum.add(term),
    ) as tf.Scalar,
  scores: (outputs, examples) => Object.assign({}, ...PARTS.map(({ task }) => task.scores(outputs, examples))),
  picture: depth.picture,
};
