import type * as z from 'zod';
import type { Learnable } from '../training/learnable.js';
import { all } from './registry.js';

/** What can be learnt, before it is loaded. */
export interface LearnableEntry {
  /** What its examples can be asked to be. */
  examples: z.ZodObject;
  /** All of it; with it comes tfjs. */
  load: () => Promise<Learnable>;
}

/** What can be learnt, by name. */
export const learnables: Readonly<Record<string, LearnableEntry>> = Object.fromEntries(
  all.flatMap(([name, { train, examples }]) =>
    train && examples ? [[name, { examples, load: train as LearnableEntry['load'] }]] : [],
  ),
);
