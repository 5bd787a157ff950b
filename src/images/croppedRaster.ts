import ndarray, { type NdArray } from 'ndarray';
import { PerpixelError } from '../core/errors.js';
import { exifOfSize } from './metadata/exif.js';
import type { Raster, Samples } from './raster.js';
import type { Window } from './readWindow.js';
import { samplesLike } from './samplesLike.js';
import { withoutGainMap } from './withoutGainMap.js';

/**
 * A part of a picture as a picture of its own: a copy, with the metadata of the whole. Its EXIF tells its size, where it tells one.
 *
 * @throws PerpixelError E_SIZE where the part does not lie in the picture
 */
export function croppedRaster({ pixels, alpha, metadata, sensor }: Raster, window: Window): Raster {
  requireInside(pixels.shape, window);
  const { exif } = metadata;
  return {
    pixels: copied(pixels, window),
    ...(alpha && { alpha: copied(alpha, window) }),
    // The file is that of the whole.
    metadata: {
      ...withoutGainMap(metadata, 'it is of the whole photo'),
      ...(exif && { exif: exifOfSize(exif, window) }),
      isMended: true,
    },
    // What its photosites saw is of the whole; what its colours are holds for the part.
    ...(sensor && { sensor: { ...sensor, mosaic: undefined } }),
  };
}

/** @throws PerpixelError E_SIZE */
export function requireInside([height, width]: readonly number[], window: Window): void {
  if (window.y + window.height <= height && window.x + window.width <= width) return;
  throw new PerpixelError({
    code: 'E_SIZE',
    received: `${width} x ${height} pixels`,
    expected: `at least ${window.x + window.width} x ${window.y + window.height}, to have the region in them`,
    cure: 'Name a region that lies in the photo: x,y,width,height in pixels from the upper left corner.',
  });
}

/** A window of `[h, w]` or `[h, w, c]`, row by row. */
export function copied<T extends Samples>(array: NdArray<T>, { y, x, height, width }: Window): NdArray<T> {
  const [, , channels = 1] = array.shape;
  const { data, offset, stride } = array;
  const part = samplesLike(data, height * width * channels);
  for (let row = 0, to = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const at = offset + (y + row) * stride[0] + (x + column) * stride[1];
      for (let c = 0; c < channels; c++) part[to++] = data[at + c * (stride[2] ?? 1)];
    }
  }
  return ndarray(part, [height, width, ...array.shape.slice(2)]);
}
