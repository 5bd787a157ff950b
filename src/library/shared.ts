import { models } from '../engines/models.js';
import { thisThread } from '../pipelines/run/executor.js';
import { ThreadExecutor } from '../pipelines/run/threadExecutor.js';
import { PHOTOS_IN_WORK, Turnstile } from '../pipelines/run/turnstile.js';
import { tasks as shipped, type Tasks } from '../tasks/registry.js';
import type { AnyTask } from '../tasks/task.js';
import { type CallOf, callOf, type Workplace } from './call.js';

/** A task that can be called, and that operators such as `predict` take. */
export type Callable<T extends AnyTask> = T & CallOf<T>;

/** Where calls are done that ask for no thread. */
export const here: Workplace = { executor: thisThread(models), turnstile: new Turnstile(PHOTOS_IN_WORK) };
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
 * Frees what the calls share: closes the sessions and ends the thread. Calls that are still in work reject with an
 * AbortError; later ones open what they need anew.
 */
export async function dispose(): Promise<void> {
  const reason = new DOMException('The sessions were disposed of.', 'AbortError');
  for (const { turnstile } of [here, there]) turnstile.sendAway(reason);
  await Promise.all([here, there].map(({ executor }) => executor.dispose()));
}
