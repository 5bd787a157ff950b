import type * as tf from '../../core/tf.js';
import { logSquaredError } from '../../losses/logSquaredError.js';
import { restoration } from '../../training/recipes/restoration.js';
import type { TrainingTask } from '../../training/recipes/trainingTask.js';

/**
 * Filling of holes. The loss is logarithmic, so that the few holes that nobody could fill do not outweigh all others, and
 * a picture under text counts as much as one half gone. Only what is in the holes counts for the loss, and the picture is
 * scored with its known pixels put back: they are never the network's to change.
 */
export const inpaint: TrainingTask<'inpaint'> = {
  ...restoration,
  name: 'inpaint',
  truth: ['none'],
  batches: new URL('./holedBatches.js', import.meta.url),
  loss: (outputs, { targets, masks }) => logSquaredError(outputs.clean, targets.clean, masks.clean),
  scores(outputs, examples) {
    const { targets, masks } = examples;
    const filled = targets.clean.add(outputs.clean.sub(targets.clean).mul(masks.clean)) as tf.Tensor4D;
    return restoration.scores({ clean: filled }, examples);
  },
};
