import type { OperatorFunction } from 'rxjs';
import { parseOptions } from '../tasks/parseOptions.js';
import type { Task } from '../tasks/task.js';
import type { FileResult, Picture } from './items.js';
import { PICTURES_CAPACITY, pictureBytes } from './pictureBytes.js';
import { type PredictRasterOptions, predictRaster } from './run/predictRaster.js';
import { secondsSince, stage } from './stage.js';

/** How a task is run on the pictures of a stream. */
export interface PredictOptions extends Pick<PredictRasterOptions, 'open' | 'tile' | 'quality'> {
  /** Called as a picture proceeds. */
  onTile?: (input: string, finished: number, all: number) => void;
}

/**
 * Runs a task on each picture, in place. Two pictures are in work, so that the engine, which takes one window at a time,
 * always finds the next one ready.
 *
 * @throws PerpixelError E_OPTION at once, where an option is wrong
 *
 * @example
 * files('photos').pipe(decode(), predict(denoise, { sigma: 12 }), encode('clean')).subscribe(report);
 */
export function predict<Options, Facts>(
  task: Task<Options, Facts>,
  options: Partial<Options> = {},
  { onTile, ...how }: PredictOptions = {},
): OperatorFunction<Picture | FileResult, Picture | FileResult> {
  const asked = parseOptions(task.options, options);
  return stage(
    (picture: Picture) => picture.file.path,
    async (picture, { signal }): Promise<Picture> => {
      const start = performance.now();
      const { file, raster, seconds } = picture;
      const found = await predictRaster(raster, task, asked, {
        ...how,
        file: file.relative,
        signal,
        onTile: (finished, all) => onTile?.(file.path, finished, all),
      });
      const report = { ...picture.report, ...found };
      return { ...picture, seconds: seconds + secondsSince(start), report };
    },
    { concurrency: 2, weigh: pictureBytes, capacity: PICTURES_CAPACITY },
  );
}
