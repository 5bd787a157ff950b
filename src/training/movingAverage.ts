import * as tf from '../core/tf.js';

/**
 * Exponential moving average of weights (EMA): what is exported and validated, since it lies closer to the minimum than
 * the last step of a noisy descent. Polyak, Juditsky: Acceleration of stochastic approximation by averaging, 1992.
 *
 * Early on it averages over what there is: the decay at update t is at most (1 + t) / (10 + t), as TensorFlow has it.
 */
export class MovingAverage {
  readonly averages: Record<string, tf.Variable>;

  /**
   * @param decay a step's share of the past, 0.999 for an average over about a thousand steps
   * @param every updates on every n-th step only, with the decay of n steps; saves time on large networks
   */
  constructor(
    readonly weights: Readonly<Record<string, tf.Variable>>,
    readonly decay = 0.999,
    readonly every = 4,
  ) {
    this.averages = Object.fromEntries(
      Object.entries(weights).map(([name, weight]) => [name, tf.variable(weight, false)]),
    );
  }

  /** To be called after each step, 1 for the first. */
  update(time: number): void {
    if (time % this.every !== 0) return;
    const decay = Math.min(this.decay, (1 + time) / (10 + time)) ** this.every;
    for (const [name, average] of Object.entries(this.averages)) {
      tf.tidy(() => average.assign(average.add(this.weights[name].sub(average).mul(1 - decay))));
    }
  }

  /** Runs `f` with the averages in the place of the weights, and puts the weights back. */
  async swapped<T>(f: () => Promise<T>): Promise<T> {
    const names = Object.keys(this.weights);
    const own = names.map((name) => this.weights[name].clone());
    try {
      for (const name of names) this.weights[name].assign(this.averages[name]);
      return await f();
    } finally {
      names.forEach((name, i) => {
        this.weights[name].assign(own[i]);
      });
      tf.dispose(own);
    }
  }

  dispose(): void {
    tf.dispose(Object.values(this.averages));
  }
}
