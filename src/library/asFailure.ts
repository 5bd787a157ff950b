import { failureOf } from '../core/failureOf.js';
import type { JobContext } from '../pipelines/run/job.js';

/**
 * Does a job, and tells of what goes wrong as an error of ours. What the signal says, and what the program's own listener
 * throws, passes as it is.
 */
export async function asFailure<T>(
  signal: AbortSignal,
  onProgress: ((share: number) => void) | undefined,
  work: (context: JobContext) => Promise<T>,
): Promise<T> {
  let theirs: { error: unknown } | undefined;
  const told = (share: number) => {
    try {
      onProgress?.(share);
    } catch (error) {
      theirs = { error };
      throw error;
    }
  };
  try {
    return await work({ signal, onProgress: told });
  } catch (error) {
    if (theirs) throw theirs.error;
    throw signal.aborted ? error : failureOf(error);
  }
}
