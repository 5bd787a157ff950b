import type * as tf from '../../core/tf.js';
import { pixelwiseSoftmax } from '../../losses/pixelwiseSoftmax.js';
import { meanOf } from '../../training/recipes/meanOf.js';
import { classColours } from '../../training/recipes/pictures.js';
import type { TrainingTask } from '../../training/recipes/trainingTask.js';

/** Semantic labels: a class a pixel, 0 is void and does not count. The loss is the softmax cross-entropy, weighted by the mask. */
export const labels: TrainingTask<'labels'> = {
  name: 'labels',
  truth: ['labels'],
  batches: new URL('../scene/sceneBatches.js', import.meta.url),
  answer: 'labels',
  loss: (outputs, { targets, masks }) => pixelwiseSoftmax(outputs.labels, targets.labels, masks.labels),
  scores(outputs, { targets }) {
    const known = targets.labels.greater(0).cast('float32') as tf.Tensor4D;
    const hits = outputs.labels.argMax(3).add(1).expandDims(3).equal(targets.labels.cast('int32')).cast('float32');
    return { 'pixel accuracy': meanOf(hits as tf.Tensor4D, known) };
  },
  picture: classColours,
};
