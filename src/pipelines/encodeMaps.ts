import type { OperatorFunction } from 'rxjs';
import type { MapEncoding } from '../tasks/scene/sceneTask.js';
import { sceneTasks } from '../tasks/scene/sceneTasks.js';
import { type FileResult, fileResult } from './items.js';
import type { MapPaths } from './mapPaths.js';
import { PICTURES_CAPACITY } from './pictureBytes.js';
import type { PictureMaps } from './predictMaps.js';
import { resultBefore } from './resultBefore.js';
import { secondsSince, stage } from './stage.js';
import { writeWhole } from './writeWhole.js';

/** How maps are written, and whether those that are there stay. */
export interface EncodeMapsOptions extends MapEncoding {
  overwrite?: boolean;
}

/**
 * Writes the maps of each photo, each whole or not at all; one that is there before stays, unless `overwrite`. The result
 * names the first of them as `output`, and all in its report, by task.
 */
export function encodeMaps(
  paths: MapPaths,
  { overwrite = false, ...encoding }: EncodeMapsOptions = {},
): OperatorFunction<PictureMaps | FileResult, FileResult> {
  return stage(
    (item: PictureMaps) => item.file.path,
    async ({ file, maps, megapixels, seconds }, { signal }): Promise<FileResult> => {
      const start = performance.now();
      const outputs = paths(file);
      const report: Record<string, unknown> = {};
      for (const [name, { map, report: found }] of Object.entries(maps)) {
        const task = sceneTasks[name as keyof typeof sceneTasks];
        const output = outputs[task.name]!;
        const before = await resultBefore(file, output, overwrite);
        if (before?.status === 'failed') return before;
        if (!before) await writeWhole(output, (temporary) => task.write(map, temporary, encoding), { signal });
        report[name] = { output, ...found };
      }
      const [output] = Object.values(outputs);
      return fileResult('done', file.path, { output, megapixels, seconds: seconds + secondsSince(start), report });
    },
    { concurrency: 2, weigh: mapBytes, capacity: PICTURES_CAPACITY },
  );
}

/** What the maps of a photo take in memory. */
function mapBytes({ maps }: PictureMaps): number {
  return Object.values(maps).reduce((sum, { map }) => sum + map.data.byteLength, 0);
}
