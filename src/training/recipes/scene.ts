import type * as tf from '../../models/tf.js';
import { depth } from './depth.js';
import { labels } from './labels.js';
import { normals } from './normals.js';
import type { TrainingTask } from './trainingTask.js';

/**
 * What is learnt together, and what each counts in the loss. Geometry counts much more: with gradients of the same length
 * (3, 1.5 and 1) labels were learnt by heart while normals were still 38 degrees off on the very photos of training.
 */
const PARTS = [
  { task: depth, weight: 10 },
  { task: normals, weight: 10 },
  { task: labels, weight: 1 },
];

/** Depth, normals and labels of one photo, learnt together by one network: each helps to learn the features of the others. */
export const scene: TrainingTask<'scene'> = {
  name: 'scene',
  truth: ['labels'],
  batches: new URL('./sceneBatches.js', import.meta.url),
  answer: 'depth',
  loss: (outputs, examples) =>
    PARTS.map(({ task, weight }) => task.loss(outputs, examples).mul(weight)).reduce((sum, term) =>
      sum.add(term),
    ) as tf.Scalar,
  scores: (outputs, examples) => Object.assign({}, ...PARTS.map(({ task }) => task.scores(outputs, examples))),
  picture: depth.picture,
};
