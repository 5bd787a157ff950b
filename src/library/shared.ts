import { sharedSessions } from '../engines/sessions.js';
import { PHOTOS_IN_WORK, Turnstile } from '../pipelines/run/turnstile.js';
import type { DepthOptions } from '../tasks/depth/task.js';
import type { LabelsFacts, LabelsOptions } from '../tasks/labels/task.js';
import type { NormalsOptions } from '../tasks/normals/task.js';
import { photoTasks } from '../tasks/photoTasks.js';
import type { SceneMap, SceneTask } from '../tasks/scene/sceneTask.js';
import { sceneTasks } from '../tasks/scene/sceneTasks.js';
import type { View } from '../tasks/scene/view.js';
import type { Task } from '../tasks/task.js';
import { type PhotoCall, photoCall } from './photoCall.js';
import { PhotoThread } from './photoThread.js';
import { type SceneCall, type SceneMaps, sceneCall } from './sceneCall.js';
import { thisThread, type Way } from './workplace.js';

/** A task that can be called, and that operators such as `predict` take. */
export type CallableTask<Options, Facts> = Task<Options, Facts> & PhotoCall<Options>;

/** A task of the scene that can be called, and that operators such as `predictMaps` take. */
export type CallableSceneTask<Options, Facts, Map extends SceneMap> = SceneTask<Options, Facts> &
  SceneCall<Options, Map>;

const here: Way = { place: thisThread(sharedSessions), turnstile: new Turnstile(PHOTOS_IN_WORK) };
const there: Way = { place: new PhotoThread(), turnstile: new Turnstile(PHOTOS_IN_WORK) };

const wayOf = (worker: boolean | undefined): Way => (worker ? there : here);

/** A task with its call, on the sessions that all such calls share. */
function callable<Options, Facts>(task: Task<Options, Facts>): CallableTask<Options, Facts> {
  return withParts(photoCall(task, wayOf), task);
}

function callableScene<Map extends SceneMap, Options, Facts>(
  task: SceneTask<Options, Facts>,
): CallableSceneTask<Options, Facts, Map> {
  return withParts(sceneCall<Options, Facts, Map>(task, wayOf), task);
}

/** A task's name, of all its parts, is one that functions have already, and not one to be assigned. */
function withParts<Call extends object, Parts extends object>(call: Call, parts: Parts): Call & Parts {
  return Object.defineProperties(call, Object.getOwnPropertyDescriptors(parts)) as Call & Parts;
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
 * How far everything in a photo is away: float32 `[h, w, 1]`, metres along the optical axis.
 *
 * @example
 * const metres = await depth('room.jpg');
 * console.log(metres.get(240, 320, 0));
 * await depth('room.jpg', { output: 'room.depth.png', focal: '28mm' }); // 16 bits, millimetres
 */
export const depth = callableScene<SceneMaps['depth'], DepthOptions, View>(sceneTasks.depth);

/**
 * Which way every surface in a photo faces: float32 `[h, w, 3]`, unit vectors, x right, y up, z to the viewer.
 *
 * @example
 * await normals('room.jpg', { output: 'room.normals.png', bitDepth: 16 }); // (n + 1) / 2
 */
export const normals = callableScene<SceneMaps['normals'], NormalsOptions, View>(sceneTasks.normals);

/**
 * What everything in a photo is: uint8 `[h, w, 1]`, class indices as `labelsLegend` names them; 0 is void.
 *
 * @example
 * await labels('room.jpg', { output: 'room.labels.png', classes: 13 });
 */
export const labels = callableScene<SceneMaps['labels'], LabelsOptions, LabelsFacts>(sceneTasks.labels);

/**
 * Frees what the calls share: closes the sessions and ends the thread. Calls that are still in work reject with an
 * AbortError; later ones open what they need anew.
 */
export async function dispose(): Promise<void> {
  const reason = new DOMException('The sessions were disposed of.', 'AbortError');
  for (const { turnstile } of [here, there]) turnstile.sendAway(reason);
  await Promise.all([here, there].map(({ place }) => place.dispose()));
}
