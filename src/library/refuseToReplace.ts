import { PerpixelError } from '../core/errors.js';
import { fileIdentity } from '../core/files/fileIdentity.js';
import type { JobPhoto } from '../pipelines/run/job.js';

/** @throws PerpixelError E_WRITE where the file to be written is the photo, by whatever path */
export async function refuseToReplace(photo: JobPhoto, output: string | undefined): Promise<void> {
  if (output === undefined || !('path' in photo)) return;
  const there = await fileIdentity(output);
  if (there === undefined || there !== (await fileIdentity(photo.path))) return;
  throw new PerpixelError({
    code: 'E_WRITE',
    subject: output,
    received: 'an output that is the photo itself',
    expected: 'another file: originals are never written over',
    cure: 'Choose another name.',
  });
}
