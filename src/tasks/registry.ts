import type { AnyEvaluation } from './evaluation/evaluation.js';
import * as entries from './index.js';
import type { AnyTask } from './task.js';

type Entries = typeof entries;

/** What a task's folder exports. */
interface TaskEntry {
  task?: AnyTask;
  evaluate?: () => Promise<AnyEvaluation>;
}

/** The name of a task that is shipped. */
export type TaskName = { [N in keyof Entries]: Entries[N] extends { task: AnyTask } ? N : never }[keyof Entries];

/** The tasks that are shipped, by name: what another thread or process is told is the name. */
export type Tasks = { readonly [N in TaskName]: Entries[N]['task'] };

const all = Object.entries(entries as Record<string, TaskEntry>);

export const tasks = Object.fromEntries(all.flatMap(([name, { task }]) => (task ? [[name, task]] : []))) as Tasks;

/** How tasks are measured, by name, loaded when it is asked for. */
export const evaluations: Readonly<Record<string, () => Promise<AnyEvaluation>>> = Object.fromEntries(
  all.flatMap(([name, { evaluate }]) => (evaluate ? [[name, evaluate]] : [])),
);

/** The task of that name, or undefined. */
export function taskNamed(name: string): AnyTask | undefined {
  return Object.hasOwn(tasks, name) ? tasks[name as TaskName] : undefined;
}
