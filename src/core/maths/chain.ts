/** A chain of positions, each of which has one of some classes. */
export interface Chain {
  /** Scores of the classes at each position, `[length, classes]`, row by row. */
  unary: ArrayLike<number>;
  /** Scores from the row's class to the column's at the next position, `[classes, classes]`; minus infinity where that is forbidden. */
  arcs: ArrayLike<number>;
  length: number;
  classes: number;
}

/** The best labelling. */
export interface BestPath {
  /** Classes from 0; of equal labellings the one whose last classes are the smallest. */
  labels: Uint32Array;
  /** Minus infinity where every labelling takes a forbidden arc. */
  score: number;
}

/**
 * The labelling of the highest score (Viterbi), in length x classes^2 steps.
 * Forney: The Viterbi algorithm, Proc. IEEE 1973.
 */
export function viterbi({ unary, arcs, length, classes }: Chain): BestPath {
  let reached = Float64Array.from({ length: classes }, (_, k) => unary[k]);
  const from = new Uint32Array(length * classes);
  for (let t = 1; t < length; t++) {
    const next = new Float64Array(classes);
    for (let k = 0; k < classes; k++) {
      let best = 0;
      for (let j = 1; j < classes; j++) {
        if (reached[j] + arcs[j * classes + k] > reached[best] + arcs[best * classes + k]) best = j;
      }
      from[t * classes + k] = best;
      next[k] = reached[best] + arcs[best * classes + k] + unary[t * classes + k];
    }
    reached = next;
  }
  const labels = new Uint32Array(length);
  let last = reached.indexOf(Math.max(...reached));
  const score = reached[last];
  for (let t = length - 1; t >= 0; t--) {
    labels[t] = last;
    last = from[t * classes + last];
  }
  return { labels, score };
}

/** How likely each class is at each position, over all labellings. */
export interface Marginals {
  /** `[length, classes]`, row by row; each position's in sum 1. */
  likely: Float64Array;
  /** The logarithm of the sum of exp(score) over all labellings. */
  logZ: number;
}

/** Forward and backward sums, in length x classes^2 steps. @returns NaN where every labelling takes a forbidden arc */
export function chainMarginals({ unary, arcs, length, classes }: Chain): Marginals {
  const forward = new Float64Array(length * classes);
  const backward = new Float64Array(length * classes);
  const terms = new Float64Array(classes);
  for (let k = 0; k < classes; k++) forward[k] = unary[k];
  for (let t = 1; t < length; t++) {
    for (let k = 0; k < classes; k++) {
      for (let j = 0; j < classes; j++) terms[j] = forward[(t - 1) * classes + j] + arcs[j * classes + k];
      forward[t * classes + k] = logSumExp(terms) + unary[t * classes + k];
    }
  }
  for (let t = length - 2; t >= 0; t--) {
    for (let j = 0; j < classes; j++) {
      for (let k = 0; k < classes; k++) {
        const next = (t + 1) * classes + k;
        terms[k] = arcs[j * classes + k] + unary[next] + backward[next];
      }
      backward[t * classes + j] = logSumExp(terms);
    }
  }
  const logZ = logSumExp(forward.subarray((length - 1) * classes));
  return { likely: forward.map((value, i) => Math.exp(value + backward[i] - logZ)), logZ };
}

/** Without leaving the range of numbers; minus infinity of nothing but that. */
function logSumExp(values: Float64Array): number {
  const largest = Math.max(...values);
  if (largest === Number.NEGATIVE_INFINITY) return largest;
  return largest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - largest), 0));
}
