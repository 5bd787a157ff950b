import { restoration } from './restoration.js';
import type { TrainingTask } from './trainingTask.js';

/** Rain streaks, drops or dirt on the glass, learnt from clean photos that they are drawn over, or from pairs. */
export const derain: TrainingTask<'derain'> = {
  ...restoration,
  name: 'derain',
  truth: ['none', 'clean'],
  batches: new URL('./rainyBatches.js', import.meta.url),
};
