import type { UpdateRule } from './updateRule.js';

/**
 * Stochastic gradient descent with classical momentum, 0.9 in the papers of docs/networks.md; 0 is plain SGD.
 * Polyak: Some methods of speeding up the convergence of iteration methods, 1964.
 */
export function momentum({ momentum = 0.9 }: { momentum?: number } = {}): UpdateRule {
  return {
    name: 'momentum',
    slots: ['velocity'],
    update(gradient, [velocity]) {
      const step = velocity.mul(momentum).add(gradient);
      return { step, slots: [step] };
    },
  };
}
