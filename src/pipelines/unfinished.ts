import path from 'node:path';
import type { OperatorFunction } from 'rxjs';
import { removeStaleTemporaries } from '../core/files/writeWhole.js';
import type { AnyTask } from '../tasks/task.js';
import type { FileResult, PictureFile } from './items.js';
import { mapPulled } from './mapPulled.js';
import { type OutputsOptions, outputs } from './outputs.js';
import { resultBefore } from './resultBefore.js';

/** What results are called, and whether those that exist stay. */
export interface OutputOptions extends OutputsOptions {
  /** Replace results that already exist. @default false */
  overwrite?: boolean;
}

/** Whose results are looked for. */
export interface UnfinishedOptions extends OutputOptions {
  /** The tasks that follow. @default one whose answer is the photo itself */
  tasks?: readonly AnyTask[];
}

/**
 * Lets through the files that still need work. One whose results all exist was done before, as results are written whole: it
 * becomes a `skipped` result, unless `overwrite`. One of whose results would be the input itself, by whatever path, is a
 * failed result (E_WRITE). Temporary files that a killed run left in the output folders are removed.
 *
 * Put it before `decode()`, with the folder and options of `encode`, and an interrupted run goes on where it stopped.
 */
export function unfinished(
  folder: string,
  { overwrite = false, tasks = [], ...naming }: UnfinishedOptions = {},
): OperatorFunction<PictureFile | FileResult, PictureFile | FileResult> {
  const targets = outputs(folder, naming);
  const swept = new Set<string>();

  return mapPulled<PictureFile | FileResult, PictureFile | FileResult>(
    async (file) => {
      if (file.status !== 'listed') return file;
      const expected = targets.all(tasks, file);
      const where = path.dirname(expected[0]);
      if (!swept.has(where)) {
        swept.add(where);
        await removeStaleTemporaries(where);
      }
      const before = await Promise.all(expected.map((output) => resultBefore(file, output, overwrite)));
      const failed = before.find((result) => result?.status === 'failed');
      if (failed) return failed;
      return before.includes(undefined) ? file : before[0]!;
    },
    { concurrency: 1 },
  );
}
