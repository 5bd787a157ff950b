import { createHash } from 'node:crypto';
import type { Raster } from '../images/raster.js';
import type { AboutPicture } from './task.js';

/** Photos that are looked at again and again at one time: those behind the sliders of one program. */
const MOST = 4;

/**
 * What is found in a photo, found once: a photo of the same samples has the same answer, which is kept for the last few. A slider asks the
 * same photo at every move, and what measures noise takes longer than what removes it from the part that is seen.
 *
 * @param find depends on nothing but the photo
 */
export function remembered<T>(
  find: (raster: Raster, about: AboutPicture) => Promise<T>,
): (raster: Raster, about: AboutPicture) => Promise<T> {
  const known = new Map<string, T>();
  return async (raster, about) => {
    const key = digestOf(raster);
    const found = known.has(key) ? known.get(key)! : await find(raster, about);
    // The newest last.
    known.delete(key);
    known.set(key, found);
    if (known.size > MOST) known.delete(known.keys().next().value!);
    return found;
  };
}

/** Of all that a photo's facts may depend on. */
function digestOf({
  pixels: { data, shape, stride, offset },
  metadata: { format, bitDepth, quality },
}: Raster): string {
  return createHash('sha1')
    .update(JSON.stringify([shape, stride, offset, format, bitDepth, quality]))
    .update(data)
    .digest('base64');
}
