import { absoluteError } from '../../losses/absoluteError.js';
import type * as tf from '../../models/tf.js';
import { restoration } from './restoration.js';
import type { TrainingTask } from './trainingTask.js';

/**
 * Filling of holes. The loss is the absolute error, which does not let the few holes that nobody could fill outweigh all
 * others. Only what is in the holes counts for the loss, and the picture is scored with its known pixels put
 * back: they are never the network's to change.
 */
export const inpaint: TrainingTask<'inpaint'> = {
  ...restoration,
  name: 'inpaint',
  truth: ['none'],
  batches: new URL('./holedBatches.js', import.meta.url),
  loss: (outputs, { targets, masks }) => absoluteError(outputs.clean, targets.clean, masks.clean),
  scores(outputs, examples) {
    const { targets, masks } = examples;
    const filled = targets.clean.add(outputs.clean.sub(targets.clean).mul(masks.clean)) as tf.Tensor4D;
    return restoration.scores({ clean: filled }, examples);
  },
};
