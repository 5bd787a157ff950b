import type { OperatorFunction } from 'rxjs';
import { parseOptions } from '../core/parseOptions.js';
import { croppedRaster } from '../images/croppedRaster.js';
import type { Raster } from '../images/raster.js';
import type { Asked, Task } from '../tasks/task.js';
import type { FileResult, Picture } from './items.js';
import { PICTURES_CAPACITY, pictureBytes } from './pictureBytes.js';
import { type PredictPhotoOptions, predictPhoto } from './run/predictPhoto.js';
import { secondsSince, stage } from './stage.js';

/** How tasks are run on the pictures of a stream. */
export interface PredictOptions
  extends Pick<PredictPhotoOptions, 'open' | 'tile' | 'quality' | 'limitPixels' | 'region'> {
  /** Called as a picture proceeds. */
  onProgress?: (input: string, finished: number, all: number) => void;
}

/**
 * Runs a task on each picture: a photo is restored in place, a map or the like is put beside it. Two pictures are in work, so that
 * the engine, which takes one window at a time, always finds the next one ready.
 *
 * @throws PerpixelError E_OPTION at once, where an option is wrong
 *
 * @example
 * files('photos').pipe(decode(), predict(denoise, { sigma: 12 }), encode('clean')).subscribe(report);
 */
export function predict<Options, Facts, Value>(
  task: Task<Options, Facts, Value, object>,
  options?: Partial<Options>,
  how?: PredictOptions,
): OperatorFunction<Picture | FileResult, Picture | FileResult> {
  return predictAll([{ task, options: options ?? {} }], how);
}

/**
 * Runs several tasks on each picture, as `predict` does one; those of one network share its run.
 *
 * @example
 * const asked = [depth, normals].map((task) => ({ task, options: {} }));
 * files('rooms').pipe(decode(), predictAll(asked), encode('maps')).subscribe(report);
 */
export function predictAll(
  asked: readonly Asked[],
  { onProgress, ...how }: PredictOptions = {},
): OperatorFunction<Picture | FileResult, Picture | FileResult> {
  const parsed = asked.map(({ task, options }) => ({ task, options: parseOptions(task.options, options) }));
  return stage(
    (picture: Picture) => picture.file.path,
    async (picture, { signal }): Promise<Picture> => {
      const start = performance.now();
      const { file, raster, seconds } = picture;
      const found = await predictPhoto(raster, parsed, {
        ...how,
        file: file.relative,
        signal,
        onProgress: (finished, all) => onProgress?.(file.path, finished, all),
      });
      const restored = found.find(({ task }) => task.answer.isPhoto)?.value as Raster | undefined;
      return {
        ...picture,
        raster: restored ?? (how.region ? croppedRaster(raster, how.region) : raster),
        results: [...picture.results, ...found],
        seconds: seconds + secondsSince(start),
      };
    },
    { concurrency: 2, weigh: pictureBytes, capacity: PICTURES_CAPACITY },
  );
}
