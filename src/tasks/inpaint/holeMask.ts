import ndarray, { type NdArray } from 'ndarray';

/** Where a picture's holes are: `[h, w]`, row by row, 255 in holes and 0 elsewhere. */
export type HoleMask = NdArray<Uint8Array>;

/** A mask of the size of a picture `[h, w, ...]`, with a hole wherever `isHole` says so. */
export function holeMask([height, width]: readonly number[], isHole: (y: number, x: number) => boolean): HoleMask {
  const data = new Uint8Array(height * width);
  for (let y = 0, i = 0; y < height; y++) for (let x = 0; x < width; x++) data[i++] = isHole(y, x) ? 255 : 0;
  return ndarray(data, [height, width]);
}
