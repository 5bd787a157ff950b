import ndarray from 'ndarray';
import type { Pixels, Raster } from './raster.js';
import { resizeBilinear } from './resizeBilinear.js';
import { whiteOf, windowOf } from './windowOf.js';

/**
 * A picture of any depth as small float pixels `[height, width, c]`, 0..1: each the mean over the area that it covers, to
 * fractions of a pixel. Reads the samples where they lie, so a large photo takes no more memory than its small result.
 * Where either side grows, interpolates bilinearly instead.
 */
export function averaged(raster: Pick<Raster, 'pixels'>, height: number, width: number): Pixels {
  const { data, offset, shape, stride } = raster.pixels;
  const [oldHeight, oldWidth, channels] = shape;
  if (height > oldHeight || width > oldWidth) {
    return resizeBilinear(windowOf(raster, { y: 0, x: 0, height: oldHeight, width: oldWidth }), height, width);
  }
  const white = whiteOf(data);
  const sums = new Float32Array(height * width * channels);
  const columns = cells(oldWidth, width);
  const row = new Float32Array(width * channels);
  for (const { at: y, cell, share } of cells(oldHeight, height)) {
    row.fill(0);
    for (const { at: x, cell: column, share: part } of columns) {
      const from = offset + y * stride[0] + x * stride[1];
      for (let c = 0; c < channels; c++) row[column * channels + c] += part * data[from + c * stride[2]];
    }
    const to = cell * row.length;
    for (let i = 0; i < row.length; i++) sums[to + i] += (share * row[i]) / white;
  }
  return ndarray(sums, [height, width, channels]);
}

/** Every old sample with the new ones that it is a share of; the shares of a new one sum up to 1. */
function cells(oldLength: number, length: number): { at: number; cell: number; share: number }[] {
  const scale = length / oldLength;
  return Array.from({ length: oldLength }, (_, at) => {
    const first = Math.min(Math.floor(at * scale), length - 1);
    const border = (first + 1) / scale;
    const share = Math.min(1, border - at) * scale;
    const rest = (at + 1 - border) * scale;
    return rest > 1e-9 && first + 1 < length
      ? [
          { at, cell: first, share },
          { at, cell: first + 1, share: rest },
        ]
      : [{ at, cell: first, share }];
  }).flat();
}
