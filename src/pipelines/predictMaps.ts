import type { OperatorFunction } from 'rxjs';
import { parseOptions } from '../tasks/parseOptions.js';
import type { FileResult, Picture, PictureFile } from './items.js';
import { PICTURES_CAPACITY, pictureBytes } from './pictureBytes.js';
import { type AskedScene, type PredictedMap, type PredictSceneOptions, predictScene } from './run/predictScene.js';
import { secondsSince, stage } from './stage.js';

/** The maps of a photo, in memory. */
export interface PictureMaps {
  status: 'open';
  file: PictureFile;
  maps: Readonly<Record<string, PredictedMap>>;
  megapixels: number;
  /** Time spent on it so far, waiting left out. */
  seconds: number;
}

/**
 * Depth, normals, labels of each photo, as asked; the photos are let go.
 *
 * @throws PerpixelError E_OPTION at once, where an option is wrong
 *
 * @example
 * files('photos').pipe(decode(), predictMaps([{ task: depth, options: {} }]), encodeMaps(paths)).subscribe(report);
 */
export function predictMaps(
  asked: readonly AskedScene[],
  { open, quality }: Pick<PredictSceneOptions, 'open' | 'quality'> = {},
): OperatorFunction<Picture | FileResult, PictureMaps | FileResult> {
  const parsed = asked.map(({ task, options }) => ({ task, options: parseOptions(task.options, options) }));
  return stage(
    (picture: Picture) => picture.file.path,
    async ({ file, raster, seconds }, { signal }): Promise<PictureMaps> => {
      const start = performance.now();
      const maps = (await predictScene(raster, parsed, {
        ...{ open, quality, signal },
        photo: file.relative,
      })) as PictureMaps['maps'];
      const [height, width] = raster.pixels.shape;
      const megapixels = (height * width) / 1e6;
      return { status: 'open', file, maps, megapixels, seconds: seconds + secondsSince(start) };
    },
    // While the maps of one are enlarged, the network sees the next.
    { concurrency: 2, weigh: pictureBytes, capacity: PICTURES_CAPACITY },
  );
}
