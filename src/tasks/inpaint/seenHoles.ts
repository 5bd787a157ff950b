import type { NdArray } from 'ndarray';
import { luma601 } from '../../images/grey.js';
import type { Raster, Samples } from '../../images/raster.js';
import { whiteOf } from '../../images/readWindow.js';
import { type HoleMask, holeMask } from './holeMask.js';

/**
 * Holes where a mask picture is white: of more than half brightness, where it has alpha as it looks on black. Where whole numbers go
 * no further than 1, that is white, as segmentation programs have it.
 */
export function whiteHoles({ pixels, alpha }: Pick<Raster, 'pixels' | 'alpha'>): HoleMask {
  const opaque = whiteOf(pixels.data);
  const white = isOfOnes(pixels.data) ? 1 : opaque;
  const [green, blue] = pixels.shape[2] === 1 ? [0, 0] : [1, 2];
  return holeMask(pixels.shape, (y, x) => {
    const grey = luma601(pixels.get(y, x, 0), pixels.get(y, x, green), pixels.get(y, x, blue));
    return (grey / white) * (alpha ? alpha.get(y, x) / opaque : 1) > 0.5;
  });
}

/** Whether samples are nothing but 0 and 1, of which there is one at least. */
function isOfOnes(data: Samples): boolean {
  return !(data instanceof Float32Array) && data.every((value) => value <= 1) && data.includes(1);
}

/** Holes where a picture is less than half opaque. */
export function transparentHoles(alpha: NdArray<Samples>): HoleMask {
  const white = whiteOf(alpha.data);
  return holeMask(alpha.shape, (y, x) => alpha.get(y, x) < white / 2);
}

/**
 * Holes where every channel is within `tolerance` of a colour's; samples of 16 bits and floats count as the 8-bit ones that
 * they round to.
 *
 * @param colour `#rrggbb`; a grey picture has all three alike
 * @param tolerance of 255
 */
export function colouredHoles({ pixels }: Pick<Raster, 'pixels'>, colour: string, tolerance: number): HoleMask {
  const wanted = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  const to8Bit = 255 / whiteOf(pixels.data);
  const last = pixels.shape[2] - 1;
  return holeMask(pixels.shape, (y, x) =>
    wanted.every((level, c) => Math.abs(Math.round(pixels.get(y, x, Math.min(c, last)) * to8Bit) - level) <= tolerance),
  );
}
