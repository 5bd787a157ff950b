import * as tf from '../../core/tf.js';
import type { UpdateRule } from './updateRule.js';

/** What all optimisers do alike, around their rule. */
export interface OptimiserOptions {
  /** Factor on the rate for a weight, by its name: per-layer rates, or 0 to freeze it. @default 1 for all */
  rateOf?: (name: string) => number;
  /** Decoupled weight decay: each update first shrinks the weights by rate x decay. @default 0 */
  decay?: number;
  /** Gradients are scaled down together where their common norm exceeds this. @default no limit */
  clipNorm?: number;
}

/** Named variables, an update rule, and the slots that the rule keeps for each of them. */
export class Optimiser {
  /** Everything that a checkpoint must hold to go on: `weight/slot`. */
  readonly state: Record<string, tf.Variable> = {};

  constructor(
    readonly rule: UpdateRule,
    readonly weights: Readonly<Record<string, tf.Variable>>,
    readonly options: OptimiserOptions = {},
  ) {
    for (const [name, weight] of Object.entries(weights)) {
      for (const slot of rule.slots) {
        this.state[`${name}/${slot}`] = tf.tidy(() => tf.variable(tf.zeros(weight.shape), false));
      }
    }
  }

  /** One update. `gradients` by the weights' names; `time` is the number of this update, 1 for the first. */
  apply(gradients: Readonly<Record<string, tf.Tensor>>, rate: number, time: number): void {
    const { rateOf = () => 1, decay = 0, clipNorm } = this.options;
    tf.tidy(() => {
      const shrink = clipNorm === undefined ? undefined : clipFactor(Object.values(gradients), clipNorm);
      for (const [name, gradient] of Object.entries(gradients)) {
        const own = rate * rateOf(name);
        if (own === 0) continue;
        // One weight at a time, so that the temporaries of a large network never lie beside each other.
        tf.tidy(() => {
          const slots = this.rule.slots.map((slot) => this.state[`${name}/${slot}`]);
          const result = this.rule.update(shrink ? gradient.mul(shrink) : gradient, slots, time);
          slots.forEach((slot, i) => {
            slot.assign(result.slots[i]);
          });
          const weight = this.weights[name];
          const kept = decay > 0 ? weight.mul(1 - own * decay) : weight;
          weight.assign(kept.sub(result.step.mul(own)));
        });
      }
    });
  }

  /** Frees what it remembers of the weights. */
  dispose(): void {
    tf.dispose(Object.values(this.state));
  }
}

function clipFactor(gradients: tf.Tensor[], limit: number): tf.Tensor {
  // Not addN: on WebGPU it takes only as many tensors as a shader has buffers.
  const norm = gradients
    .map((g) => g.square().sum())
    .reduce((sum, square) => sum.add(square))
    .sqrt();
  return tf.minimum(tf.scalar(limit).div(norm), 1);
}
