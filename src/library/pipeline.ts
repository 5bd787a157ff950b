import { createModels, type ModelsOptions } from '../engines/models.js';
import { thisThread } from '../pipelines/run/executor.js';
import { ThreadExecutor } from '../pipelines/run/threadExecutor.js';
import { PHOTOS_IN_WORK, Turnstile } from '../pipelines/run/turnstile.js';
import { type TaskName, type Tasks, tasks } from '../tasks/registry.js';
import type { AnyTask } from '../tasks/task.js';
import { type CallOf, callOf, type Workplace } from './call.js';
import type { PlaceOptions } from './callOptions.js';

/** The model, engine and thread of a pipeline's own. */
export type PipelineOptions = Omit<ModelsOptions, 'task'> & PlaceOptions;

/** What has sessions of its own, and closes them when it is disposed of. */
export interface OwnSessions extends AsyncDisposable, Disposable {
  /** Closes its sessions and its thread. Calls that are still in work reject with an AbortError. */
  dispose(): Promise<void>;
}

/** The call of a task, by its name or its type, on sessions of its own. */
export type Pipeline<T extends TaskName | AnyTask> = CallOf<T extends TaskName ? Tasks[T] : T> & OwnSessions;

/**
 * A task on sessions of its own: another model, engine or device than what `denoise` and its like share, or a life that ends
 * with a scope.
 *
 * @param task a task by its name, or one of your own
 *
 * @example
 * await using clean = pipeline('denoise', { model: 'mine.onnx', device: 'gpu', worker: true });
 * for (const photo of photos) await clean(photo, { output: path.join('clean', path.basename(photo)) });
 */
export function pipeline<Name extends TaskName>(task: Name, options?: PipelineOptions): Pipeline<Name>;
export function pipeline<T extends AnyTask>(task: T, options?: PipelineOptions): Pipeline<T>;
export function pipeline(
  named: TaskName | AnyTask,
  { worker = false, ...engine }: PipelineOptions = {},
): CallOf<AnyTask> & OwnSessions {
  const task: AnyTask = typeof named === 'string' ? tasks[named] : named;
  const options = { ...engine, task: task.modelTasks ?? [task.name] };
  const workplace: Workplace = {
    executor: worker ? new ThreadExecutor(options) : thisThread(createModels(options)),
    turnstile: new Turnstile(PHOTOS_IN_WORK),
  };
  const dispose = async () => {
    workplace.turnstile.sendAway(new DOMException('The pipeline was disposed of.', 'AbortError'));
    await workplace.executor.dispose();
  };
  return Object.assign(
    callOf(task, () => workplace),
    {
      dispose,
      [Symbol.asyncDispose]: dispose,
      [Symbol.dispose]: () => void dispose(),
    },
  );
}
