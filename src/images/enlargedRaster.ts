import ndarray from 'ndarray';
import { allocateRaster } from './allocateRaster.js';
import { enlargedWindow } from './enlargedWindow.js';
import { exifOfSize } from './metadata/exif.js';
import type { Raster } from './raster.js';
import type { Window } from './readWindow.js';
import { writeWindow } from './writeWindow.js';

/**
 * A black picture, `scale` times as high and as wide as a part of another, with that one's metadata: its EXIF tells its own size, where it
 * tells one. Alpha is interpolated bilinearly.
 */
export function enlargedRaster({ pixels, alpha, metadata }: Raster, scale: number, part: Window): Raster {
  const [rows, columns, channels] = pixels.shape;
  const [height, width] = [scale * part.height, scale * part.width];
  const { exif } = metadata;
  const larger = allocateRaster(height, width, channels as 1 | 3, {
    ...metadata,
    ...(exif && { exif: exifOfSize(exif, { height, width }) }),
    // The file is that of the photo.
    isMended: true,
  });
  if (alpha === undefined) return larger;
  const plane = allocateRaster(height, width, 1, metadata);
  const whole = ndarray(alpha.data, [rows, columns, 1], [...alpha.stride, 1], alpha.offset);
  for (let y = 0; y < height; y += scale) {
    const strip = { y: scale * part.y + y, x: scale * part.x, height: scale, width };
    writeWindow(plane, { y, x: 0 }, enlargedWindow(whole, [scale * rows, scale * columns], strip));
  }
  return { ...larger, alpha: ndarray(plane.pixels.data, [height, width]) };
}
