import type { OperatorFunction } from 'rxjs';
import { writeWhole } from '../core/files/writeWhole.js';
import { writeRaster } from '../images/writeRaster.js';
import type { MapEncoding, SceneTask, SceneTaskName } from '../tasks/scene/sceneTask.js';
import { sceneTasks } from '../tasks/scene/sceneTasks.js';
import { type FileResult, fileResult } from './items.js';
import type { MapPaths } from './mapPaths.js';
import { PICTURES_CAPACITY } from './pictureBytes.js';
import type { PictureMaps } from './predictMaps.js';
import { resultBefore } from './resultBefore.js';
import { secondsSince, stage } from './stage.js';

/** How maps are written, and whether those that are there stay. */
export interface EncodeMapsOptions extends MapEncoding {
  overwrite?: boolean;
}

/**
 * Writes the maps of each photo, and the pictures of them that `paths` asks for, each whole or not at all; one that is there
 * before stays, unless `overwrite`. The result names the first of them as `output`, and all in its report, by task.
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

      /** What went wrong before, where something is in the way. */
      async function written(path: string, write: (temporary: string) => Promise<void>) {
        const before = await resultBefore(file, path, overwrite);
        if (before?.status === 'failed') return before;
        if (!before) await writeWhole(path, write, { signal, modified: file.modified, mode: file.mode });
        return undefined;
      }

      for (const [name, { map, facts, report: found }] of Object.entries(maps)) {
        const task: SceneTask = sceneTasks[name as SceneTaskName];
        const output = outputs[task.name]!;
        const picture = outputs[`${task.name}.picture`];
        const failed =
          (await written(output, (temporary) => task.write(map, temporary, encoding))) ??
          (picture &&
            (await written(picture, async (temporary) => writeRaster(await task.picture(map, facts), temporary))));
        if (failed) return failed;
        report[name] = { output, ...(picture && { picture }), ...found };
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
