import type * as z from 'zod';
import type { AnyEvaluation } from './evaluation/evaluation.js';
import * as entries from './index.js';
import type { AnyTask } from './task.js';

type Entries = typeof entries;

/** What a task's folder exports. */
export interface TaskEntry {
  task?: AnyTask;
  evaluate?: () => Promise<AnyEvaluation>;
  /** A Learnable (see learnables). Its type would bring that of tensors into the declarations of `perpixel`, which needs no tfjs. */
  train?: () => Promise<unknown>;
  /** What can be asked of the examples that it is learnt from. */
  examples?: z.ZodObject;
}

/** The name of a task that is shipped. */
export type TaskName = { [N in keyof Entries]: Entries[N] extends { task: AnyTask } ? N : never }[keyof Entries];

/** The tasks that are shipped, by name: what another thread or process is told is the name. */
export type Tasks = { readonly [N in TaskName]: Entries[N]['task'] };

/** What each folder exports, by its name. */
export const all = Object.entries(entries as Record<string, TaskEntry>);

export const tasks = Object.fromEntries(all.flatMap(([name, { task }]) => (task ? [[name, task]] : []))) as Tasks;

/** How tasks are measured, by name, loaded when it is asked for. */
export const evaluations: Readonly<Record<string, () => Promise<AnyEvaluation>>> = Object.fromEntries(
  all.flatMap(([name, { evaluate }]) => (evaluate ? [[name, evaluate]] : [])),
);

/** The task of that name, or undefined. */
export function taskNamed(name: string): AnyTask | undefined {
  return Object.hasOwn(tasks, name) ? tasks[name as TaskName] : undefined;
}
