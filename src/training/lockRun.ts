import path from 'node:path';
import { type Lock, lock } from '../core/files/lock.js';
import { makeFolder } from '../core/files/makeFolder.js';
import { unwritable } from '../core/files/unwritable.js';
import { removeStaleTemporaries } from '../core/files/writeWhole.js';

/**
 * Holds a run's folder, which is made where it is not there: two trainings in one would take each other's steps for their own.
 *
 * @throws PerpixelError E_WRITE where another training is at work in it, or it cannot be made
 */
export async function lockRun(run: string): Promise<Lock> {
  try {
    await makeFolder(run);
  } catch (cause) {
    throw unwritable(run, cause);
  }
  const held = await lock(path.join(run, '.lock'), { subject: run });
  await removeStaleTemporaries(run);
  return held;
}
