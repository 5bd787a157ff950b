import { sharedSessions } from '../engines/sessions.js';
import { photoTasks } from '../tasks/photoTasks.js';
import type { Task } from '../tasks/task.js';
import { type PhotoCall, photoCall, type Way } from './photoCall.js';
import { PhotoThread } from './photoThread.js';
import { PHOTOS_IN_WORK, Turnstile } from './turnstile.js';
import { thisThread } from './workplace.js';

/** A task that can be called, and that operators such as `predict` take. */
export type CallableTask<Options, Facts> = Task<Options, Facts> & PhotoCall<Options>;

const here: Way = { place: thisThread(sharedSessions), turnstile: new Turnstile(PHOTOS_IN_WORK) };
const there: Way = { place: new PhotoThread(), turnstile: new Turnstile(PHOTOS_IN_WORK) };

/** A task with its call, on the sessions that all such calls share. */
function callable<Options, Facts>(task: Task<Options, Facts>): CallableTask<Options, Facts> {
  const call = photoCall(task, (worker) => (worker ? there : here));
  // A task's name, of all its parts, is one that functions have already, and not one to be assigned.
  return Object.defineProperties(call, Object.getOwnPropertyDescriptors(task)) as CallableTask<Options, Facts>;
}

/**
 * Takes noise out of photos; see docs/denoise.md for what it is good at.
 *
 * @example
 * import { denoise } from 'perpixel';
 * const clean = await denoise(await readFile('IMG_0042.jpg'), { sigma: 12 }); // a JPEG again, EXIF and profile kept
 * await denoise('IMG_0042.tif', { output: 'clean/IMG_0042.tif', signal, worker: true });
 */
export const denoise = callable(photoTasks.denoise);

/**
 * Takes blur out of photos, the same all over the photo; see docs/deblur.md for what it is good at.
 *
 * @example
 * const sharp = await deblur('IMG_0042.jpg', { kernel: 'blur.png' });
 */
export const deblur = callable(photoTasks.deblur);

/**
 * Fills holes: white in `mask`, of the colour `holeColour`, or what is transparent.
 *
 * @example
 * const whole = await inpaint('scan.png', { mask: 'scratches.png' });
 */
export const inpaint = callable(photoTasks.inpaint);

/**
 * Takes rain, drops or dirt on the glass out of photos.
 *
 * @example
 * const dry = await derain(sharp('street.jpg').resize(1200), { kind: 'drops' });
 */
export const derain = callable(photoTasks.derain);

/**
 * Frees what the calls share: closes the sessions and ends the thread. Calls that are still in work reject with an
 * AbortError; later ones open what they need anew.
 */
export async function dispose(): Promise<void> {
  const reason = new DOMException('The sessions were disposed of.', 'AbortError');
  for (const { turnstile } of [here, there]) turnstile.sendAway(reason);
  await Promise.all([here, there].map(({ place }) => place.dispose()));
}
