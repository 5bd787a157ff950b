import type { Steps } from '../../../core/inTurns.js';
import { type Random, random } from '../../../core/random.js';
import { blend } from './blend.js';
import { firstFill } from './firstFill.js';
import { createScale, halfScale, RADIUS, type Scale } from './scale.js';
import { renewCosts, search } from './search.js';
import { bestOver, vote } from './vote.js';
import { withTexture } from './withTexture.js';

/** The smallest scale is that at which the hole is not deeper than this: there structure counts, and few pixels are tried. */
const SMALLEST_DEPTH = 8;
/** Patches to copy from that the smallest scale must have. */
const ENOUGH_SOURCES = 100;
/** How often patches are matched and vote, at the smallest scale and at the others. */
const ROUNDS = [10, 4];
const PASSES = 3;
/** What it costs a patch to come from as far as the hole is deep. Squared differences of a patch of texture sum to .1 to 1. */
const FAR = 0.02;

export interface Incomplete extends Pick<Scale, 'height' | 'width' | 'hole' | 'unusable'> {
  /** `[h, w, channels]`, 0..1; what is in the hole does not count. */
  colours: Float32Array;
  channels: number;
  /** Of the hole: the pixels from its rim to where it is deepest. */
  depth: number;
}

export interface Completed {
  /** `[h, w, channels]`: the hole as it is to look. Outside it 0. */
  colours: Float32Array;
  /** For each pixel of the hole the one that it is copied from; -1 elsewhere, and where there is nothing to copy. */
  origin: Int32Array;
}

/**
 * Continues the texture and structure around a hole into it, over scales from small to large. At each scale, the patches that touch the
 * hole are matched with known ones, and each pixel becomes the mean of what they say of it; this is repeated several times. At the end,
 * differences from pixel to pixel are those of the best patch alone, so that texture stays. Wexler, Shechtman, Irani (PAMI 2007) with
 * PatchMatch (Barnes et al., SIGGRAPH 2009) and the texture of Newson et al. (2014).
 *
 * Differs from them: begins with the fill of Criminisi et al. (2004) at the smallest scale, which continues edges, where they
 * begin from a smooth fill or onion rings; ends with gradients.
 *
 * Always the same for the same picture. Where nothing is to be copied, the hole is filled smoothly from its rim.
 */
export function* complete(picture: Incomplete): Steps<Completed> {
  const { height, width, channels: colours, depth, hole, unusable } = picture;
  const values = yield* withTexture(picture.colours, picture);
  const largest = yield* createScale({ height, width, channels: colours + 2, values, hole, unusable });
  const scales = [largest];
  for (let left = depth; left > SMALLEST_DEPTH; left /= 2) {
    const small = yield* halfScale(scales[scales.length - 1]);
    if (small.sources.length < ENOUGH_SOURCES) break;
    scales.push(small);
  }
  const numbers = random(0, 'inpaint');
  for (let level = largest.sources.length === 0 ? -1 : scales.length - 1; level >= 0; level--) {
    const scale = scales[level];
    const isSmallest = level === scales.length - 1;
    const perPixel = (FAR * 2 ** level) / depth;
    if (isSmallest) {
      yield* firstFill(scale, colours, perPixel);
      for (const target of scale.targets) scale.match[target] = numbers.pick(scale.sources);
    } else {
      inherit(scales[level + 1], scale, numbers);
      yield* vote(scale);
    }
    for (let round = 0; round < ROUNDS[isSmallest ? 0 : 1]; round++) {
      yield* renewCosts(scale, perPixel);
      yield* search(scale, numbers, { passes: PASSES, perPixel });
      yield* vote(scale);
    }
  }
  const origin = new Int32Array(height * width).fill(-1);
  for (const pixel of largest.holePixels) {
    const best = bestOver(largest, pixel);
    if (best >= 0) origin[pixel] = largest.match[best] + pixel - best;
  }
  return { colours: yield* blend(largest, colours, origin, depth), origin };
}

/**
 * Takes the matches of the scale of half the size, twice as far; one by chance where that is no source. All count alike, as nothing
 * is known of the hole at this scale yet.
 */
function inherit(
  small: Scale,
  { height, width, targets, match, cost, isSource, sources }: Scale,
  numbers: Random,
): void {
  cost.fill(0);
  for (const target of targets) {
    const [y, x] = [Math.floor(target / width), target % width];
    const smallY = Math.min(Math.max(y >> 1, RADIUS), small.height - RADIUS - 1);
    const smallX = Math.min(Math.max(x >> 1, RADIUS), small.width - RADIUS - 1);
    const from = small.match[smallY * small.width + smallX];
    const row = y + 2 * (Math.floor(from / small.width) - smallY);
    const column = x + 2 * ((from % small.width) - smallX);
    const isInside = from >= 0 && row >= 0 && row < height && column >= 0 && column < width;
    const source = row * width + column;
    match[target] = isInside && isSource[source] === 1 ? source : numbers.pick(sources);
  }
}
