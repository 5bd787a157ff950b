/** For each sample of a long line, the two of a short one that it lies between, and how far it is from the first. */
export interface BetweenSamples {
  first: Int32Array;
  second: Int32Array;
  share: Float32Array;
}

/**
 * Pixels are areas, so both lines begin and end at the same place. Between the end of a line and the middle of its outermost
 * sample, that sample alone counts.
 */
export function betweenSamples(long: number, short: number): BetweenSamples {
  const between = { first: new Int32Array(long), second: new Int32Array(long), share: new Float32Array(long) };
  for (let i = 0; i < long; i++) {
    const place = Math.min(Math.max(((i + 0.5) * short) / long - 0.5, 0), short - 1);
    between.first[i] = Math.floor(place);
    between.second[i] = Math.min(between.first[i] + 1, short - 1);
    between.share[i] = place - between.first[i];
  }
  return between;
}
