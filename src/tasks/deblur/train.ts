import type { Learnable } from '../../training/learnable.js';
import { restoration } from '../restoration/train.js';
import { type BlurredExamples, examples } from './examples.js';

/** Deblurring, learnt from clean photos that are blurred on the fly, or from pairs. */
export const deblur: Learnable<BlurredExamples> = {
  ...restoration,
  name: 'deblur',
  examples,
  truth: ['none', 'clean'],
  batches: new URL('./blurredBatches.js', import.meta.url),
};
