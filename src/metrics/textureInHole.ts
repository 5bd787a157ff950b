import type { NdArray } from 'ndarray';
import { grey } from '../images/grey.js';
import type { Pixels } from '../images/raster.js';

/** Pixels of the rim that do not count: there a fill meets what is known. */
const RIM = 4;

/**
 * How detailed a filled hole is beside the truth: the root of the mean squared change of brightness (.299 R + .587 G + .114 B) from
 * pixel to pixel, over that of the truth. 1 is as detailed, 0 is smooth. Counted where a pixel lies four steps up, down, left or
 * right in the hole.
 *
 * @param filled `[h, w, c]`, 0..1; the truth of the same size
 * @param hole `[h, w]`, not 0 in the hole
 * @returns undefined where the hole is nowhere so wide
 */
export function textureInHole(filled: Pixels, truth: Pixels, hole: NdArray<Uint8Array>): number | undefined {
  const inside = eroded(hole, RIM);
  if (inside.length === 0) return undefined;
  const [ours, theirs] = [filled, truth].map((pixels) => changes(grey(pixels), inside));
  return Math.sqrt(ours / Math.max(theirs, 1e-9));
}

/** The mean squared step to the next column and to the next row; 0 at the last of them. */
function changes(brightness: Pixels, pixels: readonly number[]): number {
  const [height, width] = brightness.shape;
  let sum = 0;
  for (const pixel of pixels) {
    const [y, x] = [Math.floor(pixel / width), pixel % width];
    const own = brightness.get(y, x, 0);
    if (x < width - 1) sum += (brightness.get(y, x + 1, 0) - own) ** 2;
    if (y < height - 1) sum += (brightness.get(y + 1, x, 0) - own) ** 2;
  }
  return sum / pixels.length;
}

/** The pixels that are left, row by row numbers, when the rim is taken off so many times; the picture's border is a rim too. */
function eroded(hole: NdArray<Uint8Array>, times: number): number[] {
  const [height, width] = hole.shape;
  let left = new Uint8Array(height * width);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) left[y * width + x] = hole.get(y, x) === 0 ? 0 : 1;
  for (let n = 0; n < times; n++) {
    const next = new Uint8Array(left.length);
    for (let y = 1; y < height - 1; y++) {
      for (let x = 1; x < width - 1; x++) {
        const i = y * width + x;
        next[i] = left[i] & left[i - 1] & left[i + 1] & left[i - width] & left[i + width];
      }
    }
    left = next;
  }
  return Array.from(left.keys()).filter((i) => left[i] === 1);
}
