import { adadelta } from './adadelta.js';
import { adagrad } from './adagrad.js';
import { adam } from './adam.js';
import { momentum } from './momentum.js';
import type { UpdateRule } from './updateRule.js';

/** The optimisers by name, each with the learning rate that is usual for it. */
export const updateRules = {
  adam: { rule: adam, rate: 1e-3 },
  momentum: { rule: momentum, rate: 1e-2 },
  adagrad: { rule: adagrad, rate: 1e-2 },
  adadelta: { rule: adadelta, rate: 1 },
} satisfies Record<string, { rule: () => UpdateRule; rate: number }>;

export type RuleName = keyof typeof updateRules;
