import type { UpdateRule } from './updateRule.js';

/** Adam's own settings. */
export interface AdamOptions {
  /** Decay of the running mean. @default 0.9 */
  beta1?: number;
  /** Decay of the running mean square. @default 0.999 */
  beta2?: number;
  /** @default 1e-8 */
  epsilon?: number;
}

/** Adam. Kingma, Ba: Adam: A Method for Stochastic Optimization, ICLR 2015. With weight decay it is AdamW. */
export function adam({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions = {}): UpdateRule {
  return {
    name: 'adam',
    slots: ['mean', 'meanSquare'],
    update(gradient, [mean, meanSquare], time) {
      const m = mean.add(gradient.sub(mean).mul(1 - beta1));
      const v = meanSquare.add(
        gradient
          .square()
          .sub(meanSquare)
          .mul(1 - beta2),
      );
      const unbias = Math.sqrt(1 - beta2 ** time) / (1 - beta1 ** time);
      return { step: m.mul(unbias).div(v.sqrt().add(epsilon * Math.sqrt(1 - beta2 ** time))), slots: [m, v] };
    },
  };
}
