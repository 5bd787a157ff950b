import type { AnswerEncoding } from '../../answers/answer.js';
import type { Samples } from '../../images/raster.js';
import type { Window } from '../../images/readWindow.js';
import type { Source } from '../../images/sources/source.js';
import type { Quality } from '../../tasks/task.js';

/** What is to be done with one photo: plain data, so that it can go to another thread or process. */
export interface Job {
  /** The task's name; where it is not one that is shipped, with the module that exports it. */
  task: string;
  module?: string;
  /** Samples are the job's to write over. */
  photo: Source;
  /** The task's options, checked. */
  options: unknown;
  tile?: number;
  region?: Window;
  quality?: Quality;
  limitPixels?: number;
  /** May be aborted, and then ends at once: on sessions that are stoppable. */
  stoppable: boolean;
  /** The file that is to be written. Without it the result comes back. */
  output?: string;
  /** A result that is no photo comes back as the bytes of its file. */
  asFile?: boolean;
  encoding: AnswerEncoding;
  /** A PNG to be written beside, with the result in colours. */
  picture?: string;
  /** How it shows the result, as the answer's `pictureOptions` have it. */
  pictured?: Readonly<Record<string, unknown>>;
  /** The result comes back in these colours, without what they mean: bytes, `[h, w, 3]`. */
  coloured?: boolean;
}

/** What comes back: of a photo that was a file or bytes, bytes; of samples, samples; of another result, its value or its file. */
export interface JobResult {
  bytes?: Uint8Array;
  samples?: Samples;
  /** Of the samples. */
  shape?: readonly number[];
  value?: unknown;
  /** What the task says about the photo beside its pixels. */
  report: Record<string, unknown>;
}

export interface JobContext {
  signal: AbortSignal;
  /** 0..1, after each tile or strip. */
  onProgress(share: number): void;
}
