import type * as z from 'zod';
import { restoration } from '../../../src/tasks/restoration/train.js';
import type { Learnable } from '../../../src/training/learnable.js';
import { examples } from './index.js';

/** Learns to blur: from clean photos to blurred ones. */
export const soften: Learnable<z.output<typeof examples>> = {
  ...restoration,
  name: 'soften',
  network: 'one-layer',
  examples,
  truth: ['none'],
  batches: new URL('./softBatches.ts', import.meta.url),
};
