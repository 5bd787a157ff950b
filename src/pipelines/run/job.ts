import type { EncodeOptions } from '../../images/encodeOptions.js';
import type { Samples } from '../../images/raster.js';
import type { Quality } from '../../tasks/task.js';

/** Interleaved samples, row by row: grey, RGB, and either of them with alpha last (2 and 4 channels). */
export interface Interleaved {
  samples: Samples;
  /** `[h, w]` or `[h, w, c]`. */
  shape: readonly number[];
}

/** A photo as a job takes it: a file, the bytes of one, or samples, which are the job's to write over. */
export type JobPhoto = { path: string } | { bytes: Uint8Array } | Interleaved;

/** What is to be done with one photo: plain data, so that it can go to another thread. */
export interface Job {
  photo: JobPhoto;
  /** The task's options, checked. */
  options: unknown;
  tile?: number;
  quality?: Quality;
  /** May be aborted, and then ends at once: on sessions that are stoppable. */
  stoppable: boolean;
  /** The file that is to be written. Without it the result comes back: bytes for a file or bytes, samples for samples. */
  output?: string;
  encoding: EncodeOptions;
  /** For a map: a PNG to be written beside, with the map in colours. */
  picture?: string;
}

export interface JobResult {
  bytes?: Uint8Array;
  samples?: Samples;
  /** Of a map, whose size only the decoded photo tells. */
  shape?: readonly number[];
  /** What the task says about the photo beside its pixels. */
  report: Record<string, unknown>;
}

export interface JobContext {
  signal: AbortSignal;
  /** 0..1, after each tile or strip. */
  onProgress(share: number): void;
}
