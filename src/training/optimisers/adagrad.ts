import type { UpdateRule } from './updateRule.js';

/** Adagrad. Duchi, Hazan, Singer: Adaptive Subgradient Methods for Online Learning and Stochastic Optimization, JMLR 2011. */
export function adagrad({ epsilon = 1e-8 }: { epsilon?: number } = {}): UpdateRule {
  return {
    name: 'adagrad',
    slots: ['sumSquare'],
    update(gradient, [sumSquare]) {
      const sum = sumSquare.add(gradient.square());
      return { step: gradient.div(sum.sqrt().add(epsilon)), slots: [sum] };
    },
  };
}
