import type { Pixels, Raster } from '../src/images/raster.js';
import { readWindow } from '../src/images/readWindow.js';

/** A copy, in floats, of the square of `side` pixels in the middle of a picture. */
export function middleSquare(raster: Raster, side: number): Pixels {
  const [y, x] = raster.pixels.shape.map((size) => Math.floor((size - side) / 2));
  return readWindow(raster, { y, x, height: side, width: side });
}
