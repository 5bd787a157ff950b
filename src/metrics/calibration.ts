import { PerpixelError } from '../core/errors.js';

/**
 * A cubic that never falls, from probabilities of 0..1 to probabilities of 0..1, by its four values in Bernstein's form: what it is at 0, what
 * pulls it at 1/3 and at 2/3, what it is at 1. `[0, 1 / 3, 2 / 3, 1]` changes nothing.
 */
export type Cubic = readonly [number, number, number, number];

/** The value of a cubic. @param p 0..1 */
export function cubicAt([a, b, c, d]: Cubic, p: number): number {
  const q = 1 - p;
  return q * q * (q * a + 3 * p * b) + p * p * (3 * q * c + p * d);
}

/** How often all pairs of weights are balanced against each other; far more than it takes. */
const ROUNDS = 2_000;

/**
 * Finds the cubic that turns what a network says into true shares: where it was trained with as many examples of each of two classes, its
 * answers are none. Ciresan, Giusti, Gambardella, Schmidhuber: Deep neural networks segment neuronal membranes in electron
 * microscopy images, NIPS 2012, section 2.3. Of all cubics whose values in Bernstein's form do not fall, the one of least squares.
 */
export class Calibration {
  /** The cubics are mixtures of 1 and of three steps from 0 to 1, and the rest is 0. Sums of their products with each other and with the truth. */
  readonly #products = Array.from({ length: 4 }, () => new Float64Array(4));
  readonly #truths = new Float64Array(4);
  #count = 0;

  /**
   * @param said 0..1
   * @param truth not 0 where it is so; as many
   */
  add(said: ArrayLike<number>, truth: ArrayLike<number>): void {
    if (said.length !== truth.length) {
      throw new PerpixelError({
        code: 'E_SIZE',
        received: `${said.length} probabilities for ${truth.length} truths`,
        expected: 'as many of each',
        cure: 'Compare maps of the same size.',
      });
    }
    const [products, truths] = [this.#products, this.#truths];
    for (let i = 0; i < said.length; i++) {
      const steps = stepsAt(said[i]);
      for (let k = 0; k < 4; k++) {
        if (truth[i]) truths[k] += steps[k];
        for (let l = 0; l <= k; l++) products[k][l] += steps[k] * steps[l];
      }
    }
    this.#count += said.length;
  }

  /** Of all that was added; what changes nothing where that is nothing. */
  get cubic(): Cubic {
    const product = (k: number, l: number) => this.#products[Math.max(k, l)][Math.min(k, l)] / this.#count;
    if (this.#count === 0) return [0, 1 / 3, 2 / 3, 1];
    const weights = [0, 1 / 3, 1 / 3, 1 / 3];
    /** Of the mean square, by the weight of a step; 0 has none. */
    const slope = (k: number) =>
      k === 4 ? 0 : weights.reduce((sum, weight, l) => sum + weight * product(k, l), -this.#truths[k] / this.#count);
    const rest = () => 1 - weights.reduce((sum, weight) => sum + weight);
    for (let round = 0; round < ROUNDS; round++) {
      for (let k = 0; k < 4; k++) {
        for (let l = k + 1; l <= 4; l++) {
          const curve = product(k, k) + (l === 4 ? 0 : product(l, l) - 2 * product(k, l));
          if (curve <= 0) continue;
          const other = l === 4 ? rest() : weights[l];
          const moved = Math.min(Math.max(0, other), Math.max(-weights[k], (slope(l) - slope(k)) / curve));
          weights[k] += moved;
          if (l < 4) weights[l] -= moved;
        }
      }
    }
    let sum = 0;
    return weights.map((weight) => (sum = Math.min(1, sum + weight))) as unknown as Cubic;
  }
}

/** What the steps are at a place: 1, and how likely at least one, two, three of three draws of that probability succeed. */
function stepsAt(p: number): readonly [number, number, number, number] {
  const q = 1 - p;
  return [1, 1 - q * q * q, p * p * (3 - 2 * p), p * p * p];
}
