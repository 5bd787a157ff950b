import { type BetweenSamples, betweenSamples } from './betweenSamples.js';

/** The linear functions of `guidedFits` on the way to a larger picture. */
export interface FitsOfRows {
  /** Of each column of the large picture, the columns of the small one that it lies between. */
  across: BetweenSamples;
  /** The functions along a row of the large picture, `[columns, c, k + 1]`; the same array each time. */
  row(y: number): Float32Array;
}

/** @param fits `[rows, columns, c, k + 1]` */
export function fitsOfRow(
  fits: Float32Array,
  [rows, columns]: readonly [rows: number, columns: number],
  [height, width]: readonly [height: number, width: number],
): FitsOfRows {
  const line = new Float32Array(fits.length / rows);
  const down = betweenSamples(height, rows);
  return {
    across: betweenSamples(width, columns),
    row(y) {
      const above = down.first[y] * line.length;
      const below = down.second[y] * line.length;
      const share = down.share[y];
      for (let i = 0; i < line.length; i++) line[i] = fits[above + i] + share * (fits[below + i] - fits[above + i]);
      return line;
    },
  };
}
