import ndarray from 'ndarray';
import { reflected } from '../core/maths/mirror.js';
import type { Pixels } from './raster.js';

export interface Margins {
  top?: number;
  bottom?: number;
  left?: number;
  right?: number;
}

/**
 * Continues pixels `[h, w, c]` beyond their edges as in a mirror, the edge itself not doubled (NumPy's `reflect`), as often
 * to and fro as the margin asks: a single pixel can be padded too.
 */
export function padReflect(pixels: Pixels, { top = 0, bottom = 0, left = 0, right = 0 }: Margins): Pixels {
  const [height, width, channels] = pixels.shape;
  const [rowStride, columnStride, channelStride] = pixels.stride;
  const rows = sources(height, top, bottom);
  const columns = sources(width, left, right);
  const padded = new Float32Array(rows.length * columns.length * channels);
  let i = 0;
  for (const row of rows) {
    for (const column of columns) {
      const at = pixels.offset + row * rowStride + column * columnStride;
      for (let c = 0; c < channels; c++) padded[i++] = pixels.data[at + c * channelStride];
    }
  }
  return ndarray(padded, [rows.length, columns.length, channels]);
}

/** For every index of the padded side the one of the original. */
function sources(length: number, before: number, after: number): Int32Array {
  return Int32Array.from({ length: before + length + after }, (_, i) => reflected(i - before, length));
}
