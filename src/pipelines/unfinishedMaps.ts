import path from 'node:path';
import type { OperatorFunction } from 'rxjs';
import { removeStaleTemporaries } from '../core/files/writeWhole.js';
import type { FileResult, PictureFile } from './items.js';
import type { MapPaths } from './mapPaths.js';
import { mapPulled } from './mapPulled.js';
import { resultBefore } from './resultBefore.js';

/**
 * Lets through the photos of which some map is missing; those of which all are there become `skipped` results, as with
 * `unfinished`.
 */
export function unfinishedMaps(
  paths: MapPaths,
  { overwrite = false }: { overwrite?: boolean } = {},
): OperatorFunction<PictureFile | FileResult, PictureFile | FileResult> {
  const swept = new Set<string>();
  return mapPulled<PictureFile | FileResult, PictureFile | FileResult>(
    async (file) => {
      if (file.status !== 'listed') return file;
      const outputs = Object.values(paths(file));
      const folder = path.dirname(outputs[0]);
      if (!swept.has(folder)) {
        swept.add(folder);
        await removeStaleTemporaries(folder);
      }
      const before = await Promise.all(outputs.map((output) => resultBefore(file, output, overwrite)));
      const failed = before.find((result) => result?.status === 'failed');
      if (failed) return failed;
      return before.includes(undefined) ? file : before[0]!;
    },
    { concurrency: 1 },
  );
}
