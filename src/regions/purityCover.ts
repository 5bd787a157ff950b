import ndarray from 'ndarray';
import type { Pixels } from '../images/raster.js';
import { type Labels, largestLabel } from './labels.js';

/** What is in each region, on average: `[regions + 1][channels]`, row by row; row 0 is of what has no region. */
export function regionMeans(labels: Labels, { data, shape }: Pixels): Float64Array {
  const channels = shape[2];
  const regions = largestLabel(labels) + 1;
  const means = new Float64Array(regions * channels);
  const areas = new Uint32Array(regions);
  for (let i = 0; i < labels.data.length; i++) {
    const region = labels.data[i];
    areas[region]++;
    for (let c = 0; c < channels; c++) means[region * channels + c] += data[i * channels + c];
  }
  for (let i = 0; i < means.length; i++) means[i] /= areas[Math.floor(i / channels)] || 1;
  return means;
}

/** The entropy of a distribution, in nats: 0 where one class has all. */
export function entropy(distribution: Float64Array): number {
  return -distribution.reduce((sum, share) => sum + (share > 0 ? share * Math.log(share) : 0), 0);
}

/**
 * The optimal cover of a tree: each leaf takes the cheapest segment on its way to the root, of equals the smallest.
 * Farabet, Couprie, Najman, LeCun: Learning hierarchical features for scene labeling, PAMI 2013, section 4.3.
 *
 * @param parents of each segment; a root is its own parent
 * @param costs of each segment
 * @returns of each segment the one that it takes, be it a leaf or not
 */
export function optimalCover(parents: ArrayLike<number>, costs: ArrayLike<number>): Uint32Array {
  return Uint32Array.from({ length: parents.length }, (_, leaf) => {
    let best = leaf;
    for (let node = leaf; parents[node] !== node; ) {
      node = parents[node];
      if (costs[node] < costs[best]) best = node;
    }
    return best;
  });
}

/**
 * Classes by the purest segments of a tree: each pixel gets the mean distribution of the segment around it, of all levels, whose mean has
 * the least entropy. Small segments are purer than large ones, whatever they hold: it is the plain form of the paper's, whose
 * distributions come from a classifier of whole segments.
 *
 * @param levels segmentations, the finest first, each of whole segments of the one before (`graphSegmentation`)
 * @param likely `[h, w, classes]`, each pixel's in sum 1
 * @returns likewise
 */
export function purityCover(levels: readonly Labels[], likely: Pixels): Pixels {
  const classes = likely.shape[2];
  const means = levels.map((labels) => regionMeans(labels, likely));
  /** Where each level's segments begin among all. */
  const starts = [0];
  for (const mean of means) starts.push(starts.at(-1)! + mean.length / classes);
  const total = starts.pop()!;
  const parents = Uint32Array.from({ length: total }, (_, i) => i);
  for (let level = 0; level + 1 < levels.length; level++) {
    for (const [i, segment] of levels[level].data.entries()) {
      parents[starts[level] + segment] = starts[level + 1] + levels[level + 1].data[i];
    }
  }
  const rows = means.flatMap((mean) =>
    Array.from({ length: mean.length / classes }, (_, i) => mean.subarray(i * classes, (i + 1) * classes)),
  );
  const cover = optimalCover(parents, rows.map(entropy));
  const covered = new Float32Array(likely.data.length);
  for (const [i, leaf] of levels[0].data.entries()) covered.set(rows[cover[leaf]], i * classes);
  return ndarray(covered, [...likely.shape]);
}

/** Each pixel with the mean distribution of its region, `[h, w, c]`. */
export function overRegions(labels: Labels, likely: Pixels): Pixels {
  return purityCover([labels], likely);
}
