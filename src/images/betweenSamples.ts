/**
 * The two samples of a short line that a sample of a long one lies between, and how far it is from the first: pixels are
 * areas, and beyond the middle of the outermost there is only that one.
 */
export function betweenSamples(
  at: number,
  length: number,
  short: number,
): [first: number, second: number, share: number] {
  const place = Math.min(Math.max(((at + 0.5) * short) / length - 0.5, 0), short - 1);
  const first = Math.floor(place);
  return [first, Math.min(first + 1, short - 1), place - first];
}
