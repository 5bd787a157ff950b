import ndarray from 'ndarray';
import type { Pixels } from './raster.js';

/** What red, green and blue count in the brightness of a colour: luma as BT.601 has it. */
export const LUMA_601 = [0.299, 0.587, 0.114] as const;

/** Brightness of a colour, in its units: .299 R + .587 G + .114 B. */
export const luma601 = (red: number, green: number, blue: number): number =>
  LUMA_601[0] * red + LUMA_601[1] * green + LUMA_601[2] * blue;

/** A picture `[h, w, c]` as its brightness `[h, w, 1]`; a grey one stays as it is. */
export function grey(pixels: Pixels): Pixels {
  const [height, width, channels] = pixels.shape;
  if (channels === 1) return pixels;
  const data = new Float32Array(height * width);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data[i++] = luma601(pixels.get(y, x, 0), pixels.get(y, x, 1), pixels.get(y, x, 2));
  }
  return ndarray(data, [height, width, 1]);
}
