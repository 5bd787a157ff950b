import { absoluteError } from '../../losses/absoluteError.js';
import type * as tf from '../../models/tf.js';
import { restoration } from './restoration.js';
import type { TrainingTask } from './trainingTask.js';

/**
 * Filling of holes. The loss is the absolute error, which does not let the few holes that nobody could fill outweigh all
 * others, averaged over each picture's holes first, so that a picture under text counts as much as one half gone. Only what is in the holes counts for the loss, and the picture is scored with its known pixels put
 * back: they are never the network's to change.
 */
export const inpaint: TrainingTask<'inpaint'> = {
  ...restoration,
  name: 'inpaint',
  truth: ['none'],
  batches: new URL('./holedBatches.js', import.meta.url),
  loss: (outputs, { targets, masks }) =>
    absoluteError(evened(outputs.clean, masks.clean), evened(targets.clean, masks.clean), masks.clean),
  scores(outputs, examples) {
    const { targets, masks } = examples;
    const filled = targets.clean.add(outputs.clean.sub(targets.clean).mul(masks.clean)) as tf.Tensor4D;
    return restoration.scores({ clean: filled }, examples);
  },
};

/** Scaled so that the mean over the holes of a batch is the mean over its pictures of their means. */
function evened(x: tf.Tensor4D, mask: tf.Tensor4D): tf.Tensor4D {
  const share = mask.mean([1, 2, 3], true);
  return x.mul(share.mean().div(share));
}
