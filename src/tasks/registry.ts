import type * as z from 'zod';
import type { Learnable } from '../training/learnable.js';
import type { AnyEvaluation } from './evaluation/evaluation.js';
import * as entries from './index.js';
import type { AnyTask } from './task.js';

type Entries = typeof entries;

/** What a task's folder exports. */
interface TaskEntry {
  task?: AnyTask;
  evaluate?: () => Promise<AnyEvaluation>;
  train?: () => Promise<Learnable>;
  /** What can be asked of the examples that it is learnt from. */
  examples?: z.ZodObject;
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

/** What can be learnt, before it is loaded. */
export interface LearnableEntry {
  /** What its examples can be asked to be. */
  examples: z.ZodObject;
  /** All of it; with it comes tfjs. */
  load: () => Promise<Learnable>;
}

/** What can be learnt, by name. */
export const learnables: Readonly<Record<string, LearnableEntry>> = Object.fromEntries(
  all.flatMap(([name, { train, examples }]) => (train && examples ? [[name, { examples, load: train }]] : [])),
);

/** The task of that name, or undefined. */
export function taskNamed(name: string): AnyTask | undefined {
  return Object.hasOwn(tasks, name) ? tasks[name as TaskName] : undefined;
}
