import type * as z from 'zod';
import type { Raster } from '../../images/raster.js';
import type { Result } from '../result.js';
import type { AboutPicture, Task } from '../task.js';

/** What every evaluation is given beside its own options. */
export interface EvaluationContext {
  /** Runs a task on a photo, which is written over where the task's answer is the photo; options are checked and filled in. */
  predict<Options, Facts, Value>(
    raster: Raster,
    task: Task<Options, Facts, Value, object>,
    options: Partial<Options>,
    about?: AboutPicture,
  ): Promise<Result<Value, Facts>>;
  signal?: AbortSignal;
}

/** How a task is measured: its options, its columns, its scores. */
export interface Evaluation<Options, Scores extends object> {
  /** One line for `--help`. */
  readonly summary: string;
  /** What the positional arguments are. @default 'Folders of clean photos, or lists of paths' */
  readonly pictures?: string;
  readonly options: z.ZodType<Options>;
  readonly examples: readonly (readonly [command: string, what: string])[];
  /** Of the table, by heading; `--json` prints the scores as they are. */
  readonly columns: Readonly<Record<string, (scores: Scores) => string | number>>;
  /** One row after another, as they are found. `pictures` are the positional arguments, as `pictureList` takes them */
  evaluate(options: Options & { pictures: string[] }, context: EvaluationContext): AsyncIterable<Scores>;
}

// biome-ignore lint/suspicious/noExplicitAny: evaluations of any options and scores side by side.
export type AnyEvaluation = Evaluation<any, any>;
