import type { Matrix, VideoColour } from './videoFormat.js';

/** Shares of red and blue in luma: ITU-R BT.601-7 section 2.5.1, BT.709-6 item 3.2, BT.2020-2 table 4 (not constant luminance). */
const SHARES: Record<Matrix, { red: number; blue: number }> = {
  bt601: { red: 0.299, blue: 0.114 },
  bt709: { red: 0.2126, blue: 0.0722 },
  bt2020: { red: 0.2627, blue: 0.0593 },
};

/** Between samples and values: luma 0..1 is `black + luma * scale`, chroma -0.5..0.5 is `middle + chroma * chromaScale`. */
export interface SampleScale {
  black: number;
  scale: number;
  middle: number;
  chromaScale: number;
  /** The largest sample. */
  most: number;
}

/** Shares of red, green and blue in luma; together 1. */
export function lumaShares(matrix: Matrix): { red: number; green: number; blue: number } {
  const { red, blue } = SHARES[matrix];
  return { red, green: 1 - red - blue, blue };
}

/** What samples of so many bits stand for. */
export function sampleScale({ range }: Pick<VideoColour, 'range'>, bits: number): SampleScale {
  const most = 2 ** bits - 1;
  const middle = 2 ** (bits - 1);
  if (range === 'full') return { black: 0, scale: most, middle, chromaScale: most, most };
  const step = 2 ** (bits - 8);
  return { black: 16 * step, scale: 219 * step, middle, chromaScale: 224 * step, most };
}
