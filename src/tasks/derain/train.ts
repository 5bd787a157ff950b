import { logSquaredError } from '../../losses/logSquaredError.js';
import { restoration } from '../../training/recipes/restoration.js';
import type { TrainingTask } from '../../training/recipes/trainingTask.js';

/**
 * Rain streaks, drops or dirt on the glass, learnt from clean photos that they are drawn over, or from pairs. The loss is
 * logarithmic, so that the last traces of a drizzle count as much as a downpour.
 */
export const derain: TrainingTask<'derain'> = {
  ...restoration,
  name: 'derain',
  truth: ['none', 'clean'],
  loss: (outputs, { targets, masks }) => logSquaredError(outputs.clean, targets.clean, masks.clean),
  batches: new URL('./rainyBatches.js', import.meta.url),
};
