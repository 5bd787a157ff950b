import type { EncodeOptions } from '../../images/encodeOptions.js';
import type { JobPhoto, JobResult } from '../../pipelines/run/job.js';

/** One way in which a program holds a photo, and the same way back. */
export interface Kind {
  /** The photo as a job takes it. Called when its turn has come, so that nothing is copied before there is room. */
  open(signal: AbortSignal): JobPhoto | Promise<JobPhoto>;
  /** How bytes are to be encoded where the caller does not say. @default as they came */
  encoding?: EncodeOptions;
  /** The result, as the program holds photos. */
  wrap(result: JobResult): unknown;
}
