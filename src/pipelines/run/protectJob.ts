import { stat } from 'node:fs/promises';
import { protectInputs, refuseToReplaceInput } from '../../core/files/inputs.js';
import type { Job } from './job.js';

/** Keeps what a job reads as it is, until it is disposed of. */
export interface ProtectedJob extends Disposable {
  /** Who may read the photo, where it is a file: nobody else may read what is made of it. */
  mode?: number;
}

/**
 * Keeps what a job reads, the photo and the files that its options name, from being written over.
 *
 * @throws PerpixelError E_WRITE at once, where the result would take the place of one of them
 */
export async function protectJob({ photo, options, output, picture }: Job): Promise<ProtectedJob> {
  const named = Object.values((options ?? {}) as Record<string, unknown>).filter((value) => typeof value === 'string');
  const release = await protectInputs('path' in photo ? [photo.path, ...named] : named);
  try {
    for (const file of [output, picture]) if (file !== undefined) await refuseToReplaceInput(file);
    const stats = 'path' in photo ? await stat(photo.path).catch(() => undefined) : undefined;
    return { mode: stats?.mode, [Symbol.dispose]: release };
  } catch (error) {
    release();
    throw error;
  }
}
