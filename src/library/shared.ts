import { sharedSessions } from '../engines/sessions.js';
import { thisThread } from '../pipelines/run/executor.js';
import { ThreadExecutor } from '../pipelines/run/threadExecutor.js';
import { PHOTOS_IN_WORK, Turnstile } from '../pipelines/run/turnstile.js';
import { tasks as shipped, type Tasks } from '../tasks/registry.js';
import type { AnyTask } from '../tasks/task.js';
import { type CallOf, callOf, type Workplace } from './call.js';

/** A task that can be called, and that operators such as `predict` take. */
export type Callable<T extends AnyTask> = T & CallOf<T>;

const here: Workplace = { executor: thisThread(sharedSessions), turnstile: new Turnstile(PHOTOS_IN_WORK) };
const there: Workplace = { executor: new ThreadExecutor(), turnstile: new Turnstile(PHOTOS_IN_WORK) };

/** A task with its call, on the sessions that all such calls share. */
function callable<T extends AnyTask>(task: T): Callable<T> {
  const call = callOf(task, (worker) => (worker ? there : here));
  // A task's name, of all its parts, is one that functions have already, and not one to be assigned.
  return Object.defineProperties(call as object, Object.getOwnPropertyDescriptors(task)) as Callable<T>;
}

/**
 * Every task by its name, as a call and as operators take it.
 *
 * @example
 * await tasks[name](photo, options);
 */
export const tasks = Object.fromEntries(Object.entries(shipped).map(([name, task]) => [name, callable(task)])) as {
  readonly [Name in keyof Tasks]: Callable<Tasks[Name]>;
};

/**
 * Takes noise out of photos; see docs/denoise.md for what it is good at.
 *
 * @example
 * import { denoise } from 'perpixel';
 * const clean = await denoise(await readFile('IMG_0042.jpg'), { sigma: 12 }); // a JPEG again, EXIF and profile kept
 * await denoise('IMG_0042.tif', { output: 'clean/IMG_0042.tif', signal, worker: true });
 */
export const denoise = tasks.denoise;

/**
 * Takes blur out of photos, the same all over the photo; see docs/deblur.md for what it is good at.
 *
 * @example
 * const sharp = await deblur('IMG_0042.jpg', { kernel: 'blur.png' });
 */
export const deblur = tasks.deblur;

/**
 * Fills holes: white in `mask`, of the colour `holeColour`, or what is transparent.
 *
 * @example
 * const whole = await inpaint('scan.png', { mask: 'scratches.png' });
 */
export const inpaint = tasks.inpaint;

/**
 * Takes rain, drops or dirt on the glass out of photos.
 *
 * @example
 * const dry = await derain(sharp('street.jpg').resize(1200), { kind: 'drops' });
 */
export const derain = tasks.derain;

/**
 * How far everything in a photo is away: float32 `[h, w, 1]`, metres along the optical axis.
 *
 * @example
 * const metres = await depth('room.jpg');
 * console.log(metres.get(240, 320, 0));
 * await depth('room.jpg', { output: 'room.depth.png', focal: '28mm' }); // 16 bits, millimetres
 */
export const depth = tasks.depth;

/**
 * Which way every surface in a photo faces: float32 `[h, w, 3]`, unit vectors, x right, y up, z to the viewer.
 *
 * @example
 * await normals('room.jpg', { output: 'room.normals.png', bitDepth: 16 }); // (n + 1) / 2
 */
export const normals = tasks.normals;

/**
 * What everything in a photo is: uint8 `[h, w, 1]`, class indices as `labelsLegend` names them; 0 is void.
 *
 * @example
 * await labels('room.jpg', { output: 'room.labels.png', classes: 13 });
 */
export const labels = tasks.labels;

/**
 * Frees what the calls share: closes the sessions and ends the thread. Calls that are still in work reject with an
 * AbortError; later ones open what they need anew.
 */
export async function dispose(): Promise<void> {
  const reason = new DOMException('The sessions were disposed of.', 'AbortError');
  for (const { turnstile } of [here, there]) turnstile.sendAway(reason);
  await Promise.all([here, there].map(({ executor }) => executor.dispose()));
}
