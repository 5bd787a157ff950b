import type { Size } from '../../answers/answer.js';

/** Pixels that the network is given: a tenth more a side than the photos it learnt from, in the middle of what it has seen. */
const AREA = 352 * 256;
/** Less than this a side shows too little of a panorama. */
const SHORTEST = 224;
const LONGEST = 2048;
/** What a change of proportions by a hundredth is worth in one of the area. */
const SHAPE = 4;

/**
 * The size at which the network sees a photo: its proportions as nearly as multiples of `stride` allow, and about `pixels`
 * in all, or more where that would leave a panorama too narrow.
 *
 * @example
 * workingSize(3000, 4000, 32); // [256, 352]
 */
export function workingSize(height: number, width: number, stride: number, pixels = AREA): Size {
  const aspect = width / height;
  const area = Math.max(pixels, SHORTEST ** 2 * Math.max(aspect, 1 / aspect));
  const longest = Math.min(Math.sqrt(area * Math.max(aspect, 1 / aspect)), LONGEST);
  const ideal = aspect > 1 ? [longest / aspect, longest] : [longest, longest * aspect];
  const candidates = ideal.map((side) =>
    [Math.floor(side / stride), Math.ceil(side / stride)].map((n) => Math.max(n, 1) * stride),
  );
  let best: Size = [stride, stride];
  let least = Number.POSITIVE_INFINITY;
  for (const rows of candidates[0]) {
    for (const columns of candidates[1]) {
      const shape = Math.abs(Math.log(columns / rows / aspect));
      const size = Math.abs(Math.log((rows * columns) / (ideal[0] * ideal[1])));
      const cost = SHAPE * shape + size;
      if (cost < least) [best, least] = [[rows, columns], cost];
    }
  }
  return best;
}
