import type { NdArray } from 'ndarray';
import { copied } from '../croppedRaster.js';
import type { Samples } from '../raster.js';
import type { Decoded } from './format.js';

/** A picture turned upright from EXIF's orientation 1..8, row by row again. */
export function turned({ pixels, alpha, metadata }: Decoded, orientation: number): Decoded {
  if (orientation === 1) return { pixels, alpha, metadata };
  return { pixels: upright(pixels, orientation), alpha: alpha && upright(alpha, orientation), metadata };
}

function upright(picture: NdArray<Samples>, orientation: number): NdArray<Samples> {
  const rest = picture.shape.slice(2).map((_, i) => i + 2);
  const sideways = orientation > 4 ? picture.transpose(1, 0, ...rest) : picture;
  const [isUpsideDown, isMirrored] = [[3, 4, 7, 8].includes(orientation), [2, 3, 6, 7].includes(orientation)];
  const [height, width] = sideways.shape;
  return copied(sideways.step(isUpsideDown ? -1 : 1, isMirrored ? -1 : 1), { y: 0, x: 0, height, width });
}
