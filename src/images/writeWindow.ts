import type { NdArray } from 'ndarray';
import type { Pixels, Raster, Samples } from './raster.js';
import { whiteOf } from './readWindow.js';

/**
 * Writes float pixels `[h, w, channels]` into a picture at `y`, `x`: rounded and clipped to 0..1 where its samples are
 * whole numbers, as they are where they are float.
 *
 * @param where `[h, w]` of the whole picture: only pixels at which it is not 0 are written. @default all
 */
export function writeWindow(
  { pixels }: Pick<Raster, 'pixels'>,
  { y, x }: { y: number; x: number },
  part: Pixels,
  where?: NdArray<Samples>,
): void {
  const [height, width, channels] = part.shape;
  const [rowStride, columnStride, channelStride] = pixels.stride;
  const [partRow, partColumn, partChannel] = part.stride;
  const { data, offset } = pixels;
  const white = whiteOf(data);
  const isFloat = data instanceof Float32Array;
  for (let row = 0; row < height; row++) {
    let at = offset + (y + row) * rowStride + x * columnStride;
    let from = part.offset + row * partRow;
    for (let column = 0; column < width; column++, at += columnStride, from += partColumn) {
      if (where && where.get(y + row, x + column) === 0) continue;
      for (let c = 0; c < channels; c++) {
        const value = part.data[from + c * partChannel];
        // Storing into whole numbers cuts off, so that adding one half rounds.
        data[at + c * channelStride] = isFloat ? value : Math.min(1, Math.max(0, value)) * white + 0.5;
      }
    }
  }
}
