/** The index that stands in for one beyond the ends of a line, the last sample repeated (NumPy's `symmetric`), to and fro as often as it takes. */
export function mirrored(i: number, length: number): number {
  const period = 2 * length;
  const phase = ((i % period) + period) % period;
  return phase < length ? phase : period - 1 - phase;
}

/** The same, the last sample not repeated (NumPy's `reflect`); a line of one sample is that sample everywhere. */
export function reflected(i: number, length: number): number {
  const period = Math.max(1, 2 * (length - 1));
  const phase = ((i % period) + period) % period;
  return phase < length ? phase : period - phase;
}
