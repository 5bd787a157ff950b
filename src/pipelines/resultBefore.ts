import type { Stats } from 'node:fs';
import { PerpixelError } from '../core/errors.js';
import { fileIdentity } from '../core/files/fileIdentity.js';
import { requireFilePlace } from '../core/files/requireFilePlace.js';
import { isResultOfAnother } from '../core/files/resultTime.js';
import { type FileResult, fileResult, type PictureFile } from './items.js';

/**
 * The result that a file has without any work: its output is there, is the input itself, no file, or known to be another photo's;
 * undefined where work is due.
 */
export async function resultBefore(
  file: Pick<PictureFile, 'path' | 'modified'>,
  output: string,
  overwrite: boolean,
): Promise<FileResult | undefined> {
  let there: Stats | undefined;
  try {
    there = await requireFilePlace(output);
  } catch (error) {
    return fileResult('failed', file.path, { output, error: error as PerpixelError });
  }
  if (there === undefined) return undefined;
  const failed = (received: string, cure: string) =>
    fileResult('failed', file.path, { output, error: inTheWay(file.path, received, cure) });
  if ((await fileIdentity(output)) === (await fileIdentity(file.path))) {
    return failed('an output that is the input itself', 'Choose another output folder.');
  }
  if (overwrite) return undefined;
  if (file.modified && isResultOfAnother(there, file.modified)) {
    const received = `${output} is the result of another photo, or of what this one was before`;
    return failed(received, 'Choose another output folder, or do it again with --overwrite.');
  }
  return fileResult('skipped', file.path, { output });
}

function inTheWay(file: string, received: string, cure: string): PerpixelError {
  const expected = 'another file: originals are never written over';
  return new PerpixelError({ code: 'E_WRITE', subject: file, received, expected, cure });
}
