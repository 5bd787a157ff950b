import ndarray from 'ndarray';
import type { Pixels } from '../images/raster.js';
import { areasOf, type Labels } from './labels.js';
import { regionMeans } from './purityCover.js';

/** How much neighbouring regions want to agree. */
export interface RegionCrfOptions {
  /** What a pixel of border between two classes costs where the colours do not change, in nats. @default 2 */
  gamma?: number;
  /** By how much it costs less where they do: exp(-beta |dI|), colours of 0..1. @default 10 */
  beta?: number;
  /** At most so many times is each region asked. @default 10 */
  rounds?: number;
}

/** A probability is taken to be no smaller. */
const LEAST = 1e-6;

/**
 * Classes of regions that agree with their neighbours, unless there is an edge between: beliefs by mean field, one region after the other,
 * so that the free energy never rises, of
 *
 *     E = sum_i -area_i log p_i(l_i) + gamma sum over neighbouring pixels of two regions of exp(-beta |dI|) [l_i != l_j]
 *
 * where p_i is the region's mean distribution. It is the energy that Farabet, Couprie, Najman, LeCun: Learning hierarchical features for scene
 * labeling, PAMI 2013, section 4.2, minimise by graph cuts.
 *
 * @param labels `[h, w]`, numbered from 1 without gaps
 * @param pixels `[h, w, c]`, 0..1
 * @param likely `[h, w, classes]`, each pixel's in sum 1
 * @returns likewise, the beliefs of each pixel's region
 */
export function regionCrf(
  labels: Labels,
  pixels: Pixels,
  likely: Pixels,
  { gamma = 2, beta = 10, rounds = 10 }: RegionCrfOptions = {},
): Pixels {
  const classes = likely.shape[2];
  const areas = areasOf(labels);
  const means = regionMeans(labels, likely);
  const scores = means.map((share, i) => areas[Math.floor(i / classes)] * Math.log(Math.max(share, LEAST)));
  const borders = bordersOf(labels, pixels, beta);
  const beliefs = Float64Array.from(scores);
  const own = (region: number) => beliefs.subarray(region * classes, (region + 1) * classes);
  for (let region = 1; region < areas.length; region++) softmax(own(region));
  for (let round = 0, moved = 1; round < rounds && moved > 1e-3; round++) {
    moved = 0;
    for (let region = 1; region < areas.length; region++) {
      const now = scores.slice(region * classes, (region + 1) * classes);
      for (const [other, cost] of borders[region]) {
        for (const [k, belief] of own(other).entries()) now[k] += gamma * cost * belief;
      }
      softmax(now);
      for (const [k, belief] of own(region).entries()) moved = Math.max(moved, Math.abs(now[k] - belief));
      own(region).set(now);
    }
  }
  const result = new Float32Array(likely.data.length);
  for (const [i, region] of labels.data.entries()) result.set(own(region), i * classes);
  return ndarray(result, [...likely.shape]);
}

/** Of each region its neighbours, by the four sides of pixels, and the sum of exp(-beta |dI|) along the border with each. */
function bordersOf({ data: labels, shape }: Labels, { data, shape: [, , channels] }: Pixels, beta: number) {
  const [height, width] = shape;
  const borders: Map<number, number>[] = [];
  const add = (i: number, j: number) => {
    const [a, b] = [labels[i], labels[j]];
    if (a === b) return;
    let square = 0;
    for (let c = 0; c < channels; c++) square += (data[i * channels + c] - data[j * channels + c]) ** 2;
    const cost = Math.exp(-beta * Math.sqrt(square));
    borders[a].set(b, (borders[a].get(b) ?? 0) + cost);
    borders[b].set(a, (borders[b].get(a) ?? 0) + cost);
  };
  for (const label of labels) borders[label] ??= new Map();
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      if (x + 1 < width) add(i, i + 1);
      if (y + 1 < height) add(i, i + width);
    }
  }
  return borders;
}

/** In place. */
function softmax(scores: Float64Array): void {
  const most = scores.reduce((a, b) => Math.max(a, b));
  for (let k = 0; k < scores.length; k++) scores[k] = Math.exp(scores[k] - most);
  const sum = scores.reduce((a, b) => a + b);
  for (let k = 0; k < scores.length; k++) scores[k] /= sum;
}
