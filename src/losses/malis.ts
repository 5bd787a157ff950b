import * as tf from '../core/tf.js';
import { endsOf, gridEdges, strongestFirst } from '../regions/affinities.js';
import { DisjointSets } from '../regions/disjointSets.js';

/** Which pairs of pixels count: those of one cell, which edges are to join, or those of two, which they are to keep apart. */
export type MalisPass = 'together' | 'apart';

/**
 * For how many pairs of pixels each edge of the grid is the weakest on the strongest path between them (the maximin edge). Kruskal's
 * maximum spanning tree finds them all: the edge that joins two pieces is the maximin edge of every pair between these.
 * Turaga, Briggman, Helmstaedter, Denk, Seung: Maximin affinity learning of image segmentation. NIPS 2009.
 *
 * @param affinities `[height, width, 2]`, row by row: of each pixel to its neighbour to the right, and below
 * @param cells `[height, width]`, row by row; pixels of 0 are in no pair
 * @returns pairs an edge, laid out as the affinities
 */
export function maximinPairs(
  affinities: Float32Array,
  cells: ArrayLike<number>,
  [height, width]: readonly [height: number, width: number],
  pass: MalisPass,
): Float64Array {
  const sets = new DisjointSets(height * width);
  /** Pixels of each cell in a piece, by the pixel that stands for it. */
  const bags = Array.from({ length: height * width }, (_, i) => new Map(cells[i] ? [[cells[i], 1]] : []));
  const sizes = bags.map((bag) => bag.size);
  const pairs = new Float64Array(affinities.length);
  for (const edge of strongestFirst(gridEdges(height, width), affinities)) {
    let [a, b] = endsOf(edge, width).map((pixel) => sets.find(pixel));
    if (a === b) continue;
    if (bags[a].size < bags[b].size) [a, b] = [b, a];
    let same = 0;
    for (const [cell, count] of bags[b]) {
      const there = bags[a].get(cell) ?? 0;
      same += count * there;
      bags[a].set(cell, there + count);
    }
    pairs[edge] = pass === 'together' ? same : sizes[a] * sizes[b] - same;
    sizes[a] += sizes[b];
    bags[b].clear();
    sets.join(a, b);
  }
  return pairs;
}

/**
 * The weights of the edges in the constrained form. Pairs within a cell are looked for inside the true cells alone; pairs of two cells with
 * everything joined that truly belongs together. So each edge answers only for what it alone can correct. The weights of each of the two
 * passes have a sum of 1, or of 0 where there are no such pairs.
 */
export function malisWeights(
  affinities: Float32Array,
  cells: ArrayLike<number>,
  size: readonly [height: number, width: number],
): Float32Array {
  const truth = trueAffinities(cells, size);
  const weights = new Float32Array(affinities.length);
  for (const pass of ['together', 'apart'] as const) {
    const isOwn = pass === 'together' ? 1 : 0;
    const constrained = affinities.map((value, edge) => (truth[edge] === isOwn ? value : 1 - isOwn));
    const pairs = maximinPairs(constrained, cells, size, pass).map((count, edge) =>
      truth[edge] === isOwn ? count : 0,
    );
    const sum = pairs.reduce((all, count) => all + count, 0);
    if (sum > 0) for (let edge = 0; edge < weights.length; edge++) weights[edge] += pairs[edge] / sum;
  }
  return weights;
}

/** 1 where both pixels of an edge are of one cell, else 0, `[height, width, 2]` row by row. */
export function trueAffinities(
  cells: ArrayLike<number>,
  [height, width]: readonly [height: number, width: number],
): Float32Array {
  const truth = new Float32Array(2 * height * width);
  for (const edge of gridEdges(height, width)) {
    const [a, b] = endsOf(edge, width);
    truth[edge] = cells[a] !== 0 && cells[a] === cells[b] ? 1 : 0;
  }
  return truth;
}

/**
 * The squared error of affinities, each edge weighted by the pairs of pixels that it decides about; 0..2, the mean over the batch. The
 * weights are constants of the step, and are computed here from the affinities' values: a backend that reads its tensors only
 * asynchronously (webgpu) cannot.
 *
 * @param affinities `[batch, height, width, 2]`, 0..1: to the right and below
 * @param cells `[batch, height, width, 1]`, a number a cell, 0 on membranes
 */
export function malis(affinities: tf.Tensor4D, cells: tf.Tensor4D): tf.Scalar {
  const [batch, height, width] = affinities.shape;
  const values = affinities.dataSync() as Float32Array;
  const ids = cells.dataSync();
  const [truth, weights] = [new Float32Array(values.length), new Float32Array(values.length)];
  const area = height * width;
  for (let n = 0; n < batch; n++) {
    const own = ids.subarray(n * area, (n + 1) * area);
    truth.set(trueAffinities(own, [height, width]), 2 * n * area);
    weights.set(malisWeights(values.slice(2 * n * area, 2 * (n + 1) * area), own, [height, width]), 2 * n * area);
  }
  const error = affinities.sub(tf.tensor4d(truth, affinities.shape)).square();
  return error.mul(tf.tensor4d(weights, affinities.shape)).sum().div(batch) as tf.Scalar;
}
