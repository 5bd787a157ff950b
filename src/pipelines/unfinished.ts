import path from 'node:path';
import type { OperatorFunction } from 'rxjs';
import { removeStaleTemporaries } from '../core/files/writeWhole.js';
import type { FileResult, PictureFile } from './items.js';
import { mapPulled } from './mapPulled.js';
import type { Naming } from './outputNames.js';
import { outputPath } from './outputPath.js';
import { resultBefore } from './resultBefore.js';

/** What results are called, and whether those that are there stay. */
export interface OutputOptions extends Naming {
  /** Write over results that are there. @default false */
  overwrite?: boolean;
}

/**
 * Lets through the files that still need work. One whose output is there was done before, as outputs are written whole: it
 * becomes a `skipped` result, unless `overwrite`. One whose output would be the input itself, by whatever path, is a
 * failed result (E_WRITE). Temporary files that a killed run left in the output folders are removed.
 *
 * Put it before `decode()`, with the folder and options of `encode`, and an interrupted run goes on where it stopped.
 */
export function unfinished(
  folder: string,
  { overwrite = false, ...naming }: OutputOptions = {},
): OperatorFunction<PictureFile | FileResult, PictureFile | FileResult> {
  const target = outputPath(folder, naming);
  const swept = new Set<string>();

  return mapPulled<PictureFile | FileResult, PictureFile | FileResult>(
    async (file) => {
      if (file.status !== 'listed') return file;
      const output = target(file);
      if (!swept.has(path.dirname(output))) {
        swept.add(path.dirname(output));
        await removeStaleTemporaries(path.dirname(output));
      }
      return (await resultBefore(file, output, overwrite)) ?? file;
    },
    { concurrency: 1 },
  );
}
