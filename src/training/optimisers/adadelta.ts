import type { UpdateRule } from './updateRule.js';

/** Adadelta. Zeiler: ADADELTA: An Adaptive Learning Rate Method, 2012. Its own rate is 1. */
export function adadelta({ rho = 0.95, epsilon = 1e-6 }: { rho?: number; epsilon?: number } = {}): UpdateRule {
  return {
    name: 'adadelta',
    slots: ['meanSquareGradient', 'meanSquareStep'],
    update(gradient, [meanSquareGradient, meanSquareStep]) {
      const g = meanSquareGradient.mul(rho).add(gradient.square().mul(1 - rho));
      const step = gradient.mul(meanSquareStep.add(epsilon).sqrt()).div(g.add(epsilon).sqrt());
      return { step, slots: [g, meanSquareStep.mul(rho).add(step.square().mul(1 - rho))] };
    },
  };
}
