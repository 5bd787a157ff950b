import { createHash } from 'node:crypto';
import { inTurns, type Steps } from '../core/inTurns.js';
import type { Raster } from '../images/raster.js';
import type { AboutPicture } from './task.js';

/** Photos that are looked at again and again at one time: those behind the sliders of one program. */
const MOST = 4;
/** A few milliseconds of work: nobody waits for a photo of gigabytes. */
const STEP_BYTES = 8e6;

/**
 * What is found in a photo, found once: a photo of the same samples has the same answer, which is kept for the last few. A slider asks the
 * same photo at every move, and what measures noise takes longer than what removes it from the part that is seen.
 *
 * @param find depends on nothing but the photo, and on whether networks can be asked
 */
export function remembered<T>(
  find: (raster: Raster, about: AboutPicture) => Promise<T>,
): (raster: Raster, about: AboutPicture) => Promise<T> {
  const known = new Map<string, T>();
  return async (raster, about) => {
    const key = await inTurns(digestInSteps(raster, about), about.signal);
    const found = known.has(key) ? known.get(key)! : await find(raster, about);
    // The newest last.
    known.delete(key);
    known.set(key, found);
    if (known.size > MOST) known.delete(known.keys().next().value!);
    return found;
  };
}

/** Of all that a photo's facts may depend on. */
function* digestInSteps(
  { pixels: { data, shape, stride, offset }, metadata: { format, bitDepth, quality } }: Raster,
  { open }: AboutPicture,
): Steps<string> {
  const about = [shape, stride, offset, format, bitDepth, quality, open !== undefined];
  const hash = createHash('sha1').update(JSON.stringify(about));
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  for (let at = 0; at < bytes.length; at += STEP_BYTES) {
    hash.update(bytes.subarray(at, at + STEP_BYTES));
    yield;
  }
  return hash.digest('base64');
}
