import ndarray from 'ndarray';
import type { Pixels } from './raster.js';

/** Each value mapped on its own. */
export function mapped({ data, shape }: Pixels, value: (v: number) => number): Pixels {
  return ndarray(data.map(value), shape);
}
