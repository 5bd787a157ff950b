import type { Task } from './task.js';

/** What a task says of a photo. */
export interface Result<Value = unknown, Facts = unknown> {
  // biome-ignore lint/suspicious/noExplicitAny: of any options.
  task: Task<any, Facts, Value, any>;
  value: Value;
  /** What the task found out about the photo. */
  facts: Facts;
  /** What the task reports about the photo beside its pixels. */
  report: Record<string, unknown>;
  /** What is to be told of it, in words: that the photo is of another kind than the network knows, for one. */
  notices: readonly string[];
  /** Nothing was to be done: the photo is bit for bit as it came. */
  isUnchanged: boolean;
}
