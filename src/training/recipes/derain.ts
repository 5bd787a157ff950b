import { absoluteError } from '../../losses/absoluteError.js';
import { restoration } from './restoration.js';
import type { TrainingTask } from './trainingTask.js';

/**
 * Rain streaks, drops or dirt on the glass, learnt from clean photos that they are drawn over, or from pairs. The loss is
 * the absolute error: most pixels hardly change, and those under streaks are no outliers to be fitted before them.
 */
export const derain: TrainingTask<'derain'> = {
  ...restoration,
  name: 'derain',
  truth: ['none', 'clean'],
  loss: (outputs, { targets, masks }) => absoluteError(outputs.clean, targets.clean, masks.clean),
  batches: new URL('./rainyBatches.js', import.meta.url),
};
