import { createSessions, type SessionsOptions } from '../engines/sessions.js';
import { PHOTOS_IN_WORK, Turnstile } from '../pipelines/run/turnstile.js';
import { type OptionsOf, type PhotoTaskName, photoTasks } from '../tasks/photoTasks.js';
import type { SceneMap, SceneTask, SceneTaskName } from '../tasks/scene/sceneTask.js';
import { sceneTasks } from '../tasks/scene/sceneTasks.js';
import type { Task } from '../tasks/task.js';
import type { PlaceOptions } from './callOptions.js';
import { type PhotoCall, photoCall } from './photoCall.js';
import { PhotoThread } from './photoThread.js';
import { type SceneCall, type SceneMaps, sceneCall } from './sceneCall.js';
import { thisThread, type Way } from './workplace.js';

/** The model, engine and thread of a pipeline's own. */
export type PipelineOptions = Omit<SessionsOptions, 'task'> & PlaceOptions;

/** What has sessions of its own, and closes them when it is disposed of. */
export interface OwnSessions extends AsyncDisposable, Disposable {
  /** Closes its sessions and its thread. Calls that are still in work reject with an AbortError. */
  dispose(): Promise<void>;
}

/** A call from photo to photo on sessions of its own. */
export interface Pipeline<Options> extends PhotoCall<Options>, OwnSessions {}

/** A call from photo to map on sessions of its own. */
export interface ScenePipeline<Options, Map extends SceneMap> extends SceneCall<Options, Map>, OwnSessions {}

/**
 * A task on sessions of its own: another model, engine or device than what `denoise` and its like share, or a life that ends
 * with a scope.
 *
 * @param task a task by its name, or a photo task of your own
 *
 * @example
 * await using clean = pipeline('denoise', { model: 'mine.onnx', device: 'gpu', worker: true });
 * for (const photo of photos) await clean(photo, { output: path.join('clean', path.basename(photo)) });
 */
export function pipeline<Name extends PhotoTaskName>(
  task: Name,
  options?: PipelineOptions,
): Pipeline<OptionsOf<(typeof photoTasks)[Name]>>;
export function pipeline<Name extends SceneTaskName>(
  task: Name,
  options?: PipelineOptions,
): ScenePipeline<OptionsOf<(typeof sceneTasks)[Name]>, SceneMaps[Name]>;
export function pipeline<Options, Facts>(task: Task<Options, Facts>, options?: PipelineOptions): Pipeline<Options>;
export function pipeline(
  named: PhotoTaskName | SceneTaskName | Task<unknown, unknown>,
  { worker = false, ...engine }: PipelineOptions = {},
): Pipeline<unknown> | ScenePipeline<unknown, SceneMap> {
  const scene = typeof named === 'string' && named in sceneTasks ? sceneTasks[named as SceneTaskName] : undefined;
  const task = (typeof named === 'string' ? photoTasks[named as PhotoTaskName] : named) as Task<unknown, unknown>;
  const options = { ...engine, task: scene ? 'scene' : (task.modelTask ?? task.name) };
  const way: Way = {
    place: worker ? new PhotoThread(options) : thisThread(createSessions(options)),
    turnstile: new Turnstile(PHOTOS_IN_WORK),
  };
  const dispose = async () => {
    way.turnstile.sendAway(new DOMException('The pipeline was disposed of.', 'AbortError'));
    await way.place.dispose();
  };
  return Object.assign(scene ? sceneCall(scene as SceneTask, () => way) : photoCall(task, () => way), {
    dispose,
    [Symbol.asyncDispose]: dispose,
    [Symbol.dispose]: () => void dispose(),
  });
}
