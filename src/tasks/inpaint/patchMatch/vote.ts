import type { Steps } from '../../../core/inTurns.js';
import { RADIUS, type Scale, STEP } from './scale.js';

/** A patch that is worse than the best one over a pixel by the best one's own cost counts exp(-1) of it. */
const FALL = 1;
/** Squared differences below this are none: patches that fit so well count alike. */
const NONE = 1e-4;

/**
 * Gives each pixel of the hole the weighted mean of what all patches over it say.
 * Wexler, Shechtman, Irani: Space-time completion of video. PAMI 2007.
 *
 * Differs from the paper: weights fall with how much worse a patch is than the best one over the same pixel, where the paper takes one
 * scale for all. So a hole with a hard and an easy part is sharp in both.
 */
export function* vote(scale: Scale): Steps<void> {
  const { values, channels, holePixels, match, cost } = scale;
  const sums = new Float64Array(channels);
  for (let n = 0; n < holePixels.length; n++) {
    if (n % STEP === 0) yield;
    const pixel = holePixels[n];
    const best = bestOver(scale, pixel);
    if (best < 0) continue;
    const fall = FALL / (cost[best] + NONE);
    let all = 0;
    sums.fill(0);
    forEachOver(scale, pixel, (target) => {
      const weight = Math.exp((cost[best] - cost[target]) * fall);
      if (weight < 1e-3) return;
      const from = (match[target] + pixel - target) * channels;
      for (let c = 0; c < channels; c++) sums[c] += weight * values[from + c];
      all += weight;
    });
    for (let c = 0; c < channels; c++) values[pixel * channels + c] = sums[c] / all;
  }
}

/** The target whose patch fits best of those over a pixel; -1 where there is none. */
export function bestOver(scale: Scale, pixel: number): number {
  const { cost } = scale;
  let best = -1;
  forEachOver(scale, pixel, (target) => {
    if (best < 0 || cost[target] < cost[best]) best = target;
  });
  return best;
}

function forEachOver({ height, width, match }: Scale, pixel: number, visit: (target: number) => void): void {
  const [y, x] = [Math.floor(pixel / width), pixel % width];
  const [left, right] = [Math.max(0, x - RADIUS), Math.min(width - 1, x + RADIUS)];
  const bottom = Math.min(height - 1, y + RADIUS);
  for (let row = Math.max(0, y - RADIUS); row <= bottom; row++) {
    for (let target = row * width + left; target <= row * width + right; target++) {
      if (match[target] >= 0) visit(target);
    }
  }
}
