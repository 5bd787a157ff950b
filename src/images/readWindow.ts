import ndarray from 'ndarray';
import { whiteLevel } from './convertSamples.js';
import type { Pixels, Raster, Samples } from './raster.js';

/** A rectangle of pixels; `y` and `x` are its upper left corner. */
export interface Window {
  y: number;
  x: number;
  height: number;
  width: number;
}

/** A part of a picture as float pixels `[height, width, channels]`, 0..1: a copy. The window lies inside the picture. */
export function readWindow({ pixels }: Pick<Raster, 'pixels'>, { y, x, height, width }: Window): Pixels {
  const channels = pixels.shape[2];
  const [rowStride, columnStride, channelStride] = pixels.stride;
  const { data, offset } = pixels;
  const white = whiteOf(data);
  const window = new Float32Array(height * width * channels);
  for (let row = 0, i = 0; row < height; row++) {
    let at = offset + (y + row) * rowStride + x * columnStride;
    for (let column = 0; column < width; column++, at += columnStride) {
      for (let c = 0; c < channels; c++) window[i++] = data[at + c * channelStride] / white;
    }
  }
  return ndarray(window, [height, width, channels]);
}

/** All of a picture as float pixels `[height, width, channels]`, 0..1: a copy, which stays as it is when the picture is worked on. */
export function wholeOf(raster: Pick<Raster, 'pixels'>): Pixels {
  const [height, width] = raster.pixels.shape;
  return readWindow(raster, { y: 0, x: 0, height, width });
}

/** What stands for 1.0 in such samples. */
export function whiteOf(data: Samples): number {
  return whiteLevel(data instanceof Float32Array ? 32 : data instanceof Uint16Array ? 16 : 8);
}
