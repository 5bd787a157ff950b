import ndarray, { type NdArray } from 'ndarray';
import type { Labels } from '../../src/regions/labels.js';

/** Rows of digits and letters (a is 10) as labels; `.` is 0. */
export function drawn(...rows: string[]): Labels {
  const values = rows.flatMap((row) => [...row].map((sign) => (sign === '.' ? 0 : Number.parseInt(sign, 36))));
  return ndarray(Uint32Array.from(values), [rows.length, rows[0].length]);
}

/** The same as rows, to be compared. */
export function rowsOf({ data, shape: [height, width] }: Pick<NdArray<Uint32Array>, 'data' | 'shape'>): string[] {
  const sign = (label: number) => (label === 0 ? '.' : label.toString(36));
  return Array.from({ length: height }, (_, y) => Array.from(data.subarray(y * width, (y + 1) * width), sign).join(''));
}

/** Rows of `#` for inside, as a mask `[height, width]`. */
export function mask(...rows: string[]): NdArray<Uint8Array> {
  const values = rows.flatMap((row) => [...row].map((sign) => (sign === '#' ? 255 : 0)));
  return ndarray(Uint8Array.from(values), [rows.length, rows[0].length]);
}
