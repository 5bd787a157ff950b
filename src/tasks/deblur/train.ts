import { restoration } from '../../training/recipes/restoration.js';
import type { TrainingTask } from '../../training/recipes/trainingTask.js';

/** Deblurring, learnt from clean photos that are blurred on the fly, or from pairs. */
export const deblur: TrainingTask<'deblur'> = {
  ...restoration,
  name: 'deblur',
  truth: ['none', 'clean'],
  batches: new URL('./blurredBatches.js', import.meta.url),
};
