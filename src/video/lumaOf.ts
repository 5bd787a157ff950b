import type { Raster } from '../images/raster.js';
import { wholeOf } from '../images/readWindow.js';
import { lumaShares } from './colourMatrix.js';

/** Luma of a picture, `[h, w]` in 0..1, row-major, as BT.709 weighs the colours. */
export function lumaOf(raster: Pick<Raster, 'pixels'>): Float32Array {
  const [height, width, channels] = raster.pixels.shape;
  const { data } = wholeOf(raster);
  if (channels === 1) return data;
  const { red, green, blue } = lumaShares('bt709');
  const luma = new Float32Array(height * width);
  for (let i = 0; i < luma.length; i++) luma[i] = red * data[3 * i] + green * data[3 * i + 1] + blue * data[3 * i + 2];
  return luma;
}
