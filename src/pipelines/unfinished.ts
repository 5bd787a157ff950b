import path from 'node:path';
import type { OperatorFunction } from 'rxjs';
import type { PerpixelError } from '../core/errors.js';
import { removeStaleTemporaries } from '../core/files/writeWhole.js';
import type { AnyTask } from '../tasks/task.js';
import { claimed, removeStaleClaims } from './claims.js';
import { type FileResult, fileResult, type PictureFile } from './items.js';
import { mapPulled } from './mapPulled.js';
import { type OutputsOptions, outputs } from './outputs.js';
import { ownFolders } from './ownFolders.js';
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
  /**
   * Share the photos out between this run and others into the same folder, wherever they run: each is done by one of them. Needs
   * `encode` further down. @default false
   */
  shared?: boolean;
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
  { shared = false, ...options }: UnfinishedOptions = {},
): OperatorFunction<PictureFile | FileResult, PictureFile | FileResult> {
  const before = resultsBefore(folder, options);
  const { tasks = [], ...naming } = options;
  const targets = outputs(folder, naming);
  if (shared) return claimed(before, (file) => targets.all(tasks, file)[0]);
  return mapPulled<PictureFile | FileResult, PictureFile | FileResult>(
    async (file) => (file.status === 'listed' ? ((await before(file)) ?? file) : file),
    { concurrency: 1 },
  );
}

/** What is known of a file without work: that all its results exist, or why it fails; undefined where work is due. */
export function resultsBefore(
  folder: string,
  { overwrite = false, tasks = [], ...naming }: Omit<UnfinishedOptions, 'shared'> = {},
): (file: PictureFile) => Promise<FileResult | undefined> {
  const targets = outputs(folder, naming);
  const swept = new Set<string>();
  const requireOwn = ownFolders();
  return async (file) => {
    const expected = targets.all(tasks, file);
    const where = path.dirname(expected[0]);
    try {
      await requireOwn(where);
    } catch (error) {
      return fileResult('failed', file.path, { output: expected[0], error: error as PerpixelError });
    }
    if (!swept.has(where)) {
      swept.add(where);
      await Promise.all([removeStaleTemporaries(where), removeStaleClaims(where)]);
    }
    const found = await Promise.all(expected.map((output) => resultBefore(file, output, overwrite)));
    const failed = found.find((result) => result?.status === 'failed');
    if (failed) return failed;
    return found.includes(undefined) ? undefined : found[0];
  };
}
