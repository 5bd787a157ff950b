import type * as tf from '../../core/tf.js';
import type { Pixels } from '../../images/raster.js';
import { squaredError } from '../../losses/squaredError.js';
import type { TrainingTask } from './trainingTask.js';

/** What the restoration tasks share: a clean picture is asked for, the loss is its squared error, the score its PSNR in dB. */
export const restoration = {
  answer: 'clean',
  loss: (outputs, { targets, masks }) => squaredError(outputs.clean, targets.clean, masks.clean),
  scores: (outputs, { targets }) => ({ psnr: psnr(outputs.clean, targets.clean) }),
  picture: (clean: Pixels) => clean,
} satisfies Partial<TrainingTask>;

/** `[batch]`, in dB of the range 0..1. */
function psnr(answer: tf.Tensor4D, truth: tf.Tensor4D): tf.Tensor {
  const error = answer.sub(truth).square().mean([1, 2, 3]);
  return error.log().mul(-10 / Math.LN10);
}
