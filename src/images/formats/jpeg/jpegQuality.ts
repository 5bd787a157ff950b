/** Divisors as DQT has them, in zigzag order. Table 0 is for luma, 1 for chroma. */
export interface QuantisationTable {
  id: number;
  values: readonly number[];
}

/** ITU-T T.81, tables K.1 and K.2, in zigzag order. */
const LUMA = [
  16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61,
  60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113, 121,
  112, 100, 120, 92, 101, 103, 99,
];
const CHROMA = [17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66, ...Array<number>(50).fill(99)];

/**
 * The quality 1..100 whose tables, by the formula of the Independent JPEG Group's encoder, come closest to the file's.
 * Exact for files of that encoder; Adobe's and cameras' own tables get the nearest.
 */
export function jpegQuality(tables: readonly QuantisationTable[]): number | undefined {
  const known = tables.filter(({ id }) => id < 2);
  if (known.length === 0) return undefined;
  let best = 100;
  let least = Number.POSITIVE_INFINITY;
  for (let quality = 100; quality >= 1; quality--) {
    const scale = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
    let distance = 0;
    for (const { id, values } of known) {
      const standard = id === 0 ? LUMA : CHROMA;
      for (let i = 0; i < 64; i++) {
        const divisor = Math.min(255, Math.max(1, Math.floor((standard[i] * scale + 50) / 100)));
        distance += Math.abs(divisor - values[i]);
      }
    }
    if (distance < least) {
      least = distance;
      best = quality;
    }
  }
  return best;
}
