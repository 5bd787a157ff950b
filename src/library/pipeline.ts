import { createSessions, type SessionsOptions } from '../engines/sessions.js';
import { type OptionsOf, type PhotoTaskName, photoTasks } from '../tasks/photoTasks.js';
import type { Task } from '../tasks/task.js';
import type { PlaceOptions } from './callOptions.js';
import { type PhotoCall, photoCall, type Way } from './photoCall.js';
import { PhotoThread } from './photoThread.js';
import { PHOTOS_IN_WORK, Turnstile } from './turnstile.js';
import { thisThread } from './workplace.js';

/** The model, engine and thread of a pipeline's own. */
export type PipelineOptions = Omit<SessionsOptions, 'task'> & PlaceOptions;

/** A call with sessions of its own, which it closes when it is disposed of. */
export interface Pipeline<Options> extends PhotoCall<Options>, AsyncDisposable, Disposable {
  /** Closes its sessions and its thread. Calls that are still in work reject with an AbortError. */
  dispose(): Promise<void>;
}

/**
 * A task on sessions of its own: another model, engine or device than what `denoise` and its like share, or a life that ends
 * with a scope.
 *
 * @param task a photo task by its name, or one of your own
 *
 * @example
 * await using clean = pipeline('denoise', { model: 'mine.onnx', device: 'gpu', worker: true });
 * for (const photo of photos) await clean(photo, { output: path.join('clean', path.basename(photo)) });
 */
export function pipeline<Name extends PhotoTaskName>(
  task: Name,
  options?: PipelineOptions,
): Pipeline<OptionsOf<(typeof photoTasks)[Name]>>;
export function pipeline<Options, Facts>(task: Task<Options, Facts>, options?: PipelineOptions): Pipeline<Options>;
export function pipeline(
  named: PhotoTaskName | Task<unknown, unknown>,
  { worker = false, ...engine }: PipelineOptions = {},
): Pipeline<unknown> {
  const task = (typeof named === 'string' ? photoTasks[named] : named) as Task<unknown, unknown>;
  const options = { ...engine, task: task.modelTask ?? task.name };
  const way: Way = {
    place: worker ? new PhotoThread(options) : thisThread(createSessions(options)),
    turnstile: new Turnstile(PHOTOS_IN_WORK),
  };
  const dispose = async () => {
    way.turnstile.sendAway(new DOMException('The pipeline was disposed of.', 'AbortError'));
    await way.place.dispose();
  };
  return Object.assign(
    photoCall(task, () => way),
    { dispose, [Symbol.asyncDispose]: dispose, [Symbol.dispose]: () => void dispose() },
  );
}
