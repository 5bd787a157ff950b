import type { Steps } from '../../../core/inTurns.js';
import type { Random } from '../../../core/random.js';
import { RADIUS, type Scale, STEP } from './scale.js';

export interface SearchOptions {
  /** Over all targets, from above and from below in turn. */
  passes: number;
  /** What a pixel of way between a target and its match costs. */
  perPixel: number;
}

/**
 * Improves the match of each target: tries those of its neighbours, moved by as much, and some at random about its own, over
 * the whole picture first and then ever nearer.
 * Barnes, Shechtman, Finkelstein, Goldman: PatchMatch: a randomized correspondence algorithm for structural image editing.
 * SIGGRAPH 2009.
 *
 * Differs from the paper: of patches that are alike the nearer one is taken, since light, focus and scale are more alike there.
 */
export function* search(scale: Scale, random: Random, { passes, perPixel }: SearchOptions): Steps<void> {
  const { height, width, isSource, targets, match, cost } = scale;
  for (let pass = 0; pass < passes; pass++) {
    const back = pass % 2 === 0 ? -1 : 1;
    for (let n = 0; n < targets.length; n++) {
      if (n % STEP === 0) yield;
      const target = targets[back < 0 ? n : targets.length - 1 - n];
      let best = match[target];
      let least = cost[target];
      const attempt = (candidate: number): void => {
        if (isSource[candidate] !== 1 || candidate === best) return;
        const found = costOf(scale, target, candidate, perPixel, least);
        if (found < least) [best, least] = [candidate, found];
      };
      if (match[target + back] >= 0) attempt(match[target + back] - back);
      if (match[target + back * width] >= 0) attempt(match[target + back * width] - back * width);
      const [y, x] = [Math.floor(best / width), best % width];
      for (let reach = Math.max(height, width); reach >= 1; reach /= 2) {
        const row = within(random, y - reach, y + reach, height);
        attempt(row * width + within(random, x - reach, x + reach, width));
      }
      match[target] = best;
      cost[target] = least;
    }
  }
}

/** What the matches cost now that the hole holds something else. */
export function* renewCosts(scale: Scale, perPixel: number): Steps<void> {
  const { targets, match, cost } = scale;
  for (let n = 0; n < targets.length; n++) {
    if (n % STEP === 0) yield;
    cost[targets[n]] = costOf(scale, targets[n], match[targets[n]], perPixel, Number.POSITIVE_INFINITY);
  }
}

/** A whole number from `low` to `high` at which a patch may have its centre. */
function within(random: Random, low: number, high: number, length: number): number {
  const first = Math.max(RADIUS, Math.floor(low));
  return first + random.integer(Math.min(length - RADIUS - 1, Math.ceil(high)) - first + 1);
}

/** Anything that is not below `enough` as soon as that is reached. */
function costOf({ values, width, channels }: Scale, a: number, b: number, perPixel: number, enough: number): number {
  const down = Math.floor(a / width) - Math.floor(b / width);
  const right = (a % width) - (b % width);
  let sum = perPixel * Math.sqrt(down * down + right * right);
  const length = (2 * RADIUS + 1) * channels;
  const apart = (b - a) * channels;
  let from = (a - RADIUS * width - RADIUS) * channels;
  for (let y = 0; y <= 2 * RADIUS && sum < enough; y++, from += width * channels) {
    for (let i = from; i < from + length; i++) {
      const difference = values[i] - values[i + apart];
      sum += difference * difference;
    }
  }
  return sum;
}
