import { logSquaredError } from '../../losses/logSquaredError.js';
import type { Learnable } from '../../training/learnable.js';
import { restoration } from '../restoration/train.js';
import { examples, type RainyExamples } from './examples.js';

/**
 * Rain streaks, drops or dirt on the glass, learnt from clean photos that they are drawn over, or from pairs. The loss is
 * logarithmic, so that the last traces of a drizzle count as much as a downpour.
 */
export const derain: Learnable<RainyExamples> = {
  ...restoration,
  name: 'derain',
  examples,
  truth: ['none', 'clean'],
  loss: (outputs, { targets, masks }) => logSquaredError(outputs.clean, targets.clean, masks.clean),
  batches: new URL('./rainyBatches.js', import.meta.url),
};
