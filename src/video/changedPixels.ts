import { boxMean } from '../core/maths/boxMean.js';

export interface ChangedPixelsOptions {
  width: number;
  height: number;
  /** Pixels around a change that count as changed: a map changes as far around a moving thing as its network looks. @default 4 */
  margin?: number;
}

/** What changed between two pictures. */
export interface Changes {
  /** `[h, w]`, 1 where it did. */
  changed: Uint8Array;
  /** Share of all pixels, 0..1, before the margin. */
  share: number;
}

/** Differences are averaged over 5 x 5 pixels: one that noise makes is then small, and one that motion makes is not. */
const RADIUS = 2;
/** So many times the usual difference is a change. The mean of 25 differences of noise stays below twice the usual one. */
const TIMES = 2.5;
/** A smaller difference, of 1, is never one: rounding and compression make it. */
const LEAST = 2.5 / 255;
/** More noise than this is taken for another scene: what differs everywhere is no noise. */
const MOST_NOISE = 16 / 255;
const BINS = 2048;

/**
 * Finds where a scene moved. The median difference of all pixels is taken for a change of light, and the median distance from it for noise;
 * what differs by more has moved.
 *
 * @param luma,before `[h, w]` in 0..1, row-major
 */
export function changedPixels(
  luma: Float32Array,
  before: Float32Array,
  { width, height, margin = 4 }: ChangedPixelsOptions,
): Changes {
  const difference = luma.map((value, i) => value - before[i]);
  const light = median(difference);
  for (let i = 0; i < difference.length; i++) difference[i] = Math.abs(difference[i] - light);
  const usual = Math.min(MOST_NOISE, median(difference) / 0.6745); // To the standard deviation of a normal distribution.
  const limit = Math.max(LEAST, TIMES * 0.8 * usual); // 0.8: mean over standard deviation of what has lost its sign.
  const mean = boxMean(difference, { width, height, radius: RADIUS });
  const moved = mean.map((value) => (value > limit ? 1 : 0));
  const share = moved.reduce((sum, value) => sum + value, 0) / moved.length;
  const near = margin > 0 ? boxMean(moved, { width, height, radius: margin }) : moved;
  return { changed: Uint8Array.from(near, (value) => (value > 1e-6 ? 1 : 0)), share };
}

/** Of values in -1..1, to one part in a thousand. */
function median(values: Float32Array): number {
  const counts = new Uint32Array(BINS);
  for (const value of values) counts[Math.min(BINS - 1, Math.max(0, ((value + 1) / 2) * BINS)) | 0]++;
  let below = 0;
  const half = values.length / 2;
  for (let bin = 0; bin < BINS; bin++) {
    if (below + counts[bin] >= half) return ((bin + (half - below) / counts[bin]) / BINS) * 2 - 1;
    below += counts[bin];
  }
  return 0;
}
