import { PerpixelError } from '../core/errors.js';
import { fileIdentity } from '../core/files/fileIdentity.js';
import { type FileResult, fileResult, type PictureFile } from './items.js';

/** The result that a file has without any work: its output is there, or is the input itself; undefined where work is due. */
export async function resultBefore(
  file: PictureFile,
  output: string,
  overwrite: boolean,
): Promise<FileResult | undefined> {
  const [there, input] = await Promise.all([fileIdentity(output), fileIdentity(file.path)]);
  if (there === undefined) return undefined;
  if (there === input) return fileResult('failed', file.path, { output, error: wouldReplaceInput(file.path) });
  return overwrite ? undefined : fileResult('skipped', file.path, { output });
}

function wouldReplaceInput(file: string): PerpixelError {
  return new PerpixelError({
    code: 'E_WRITE',
    subject: file,
    received: 'an output that is the input itself',
    expected: 'another file: originals are never written over',
    cure: 'Choose another output folder.',
  });
}
