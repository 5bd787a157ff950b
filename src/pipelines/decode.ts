import type { OperatorFunction } from 'rxjs';
import { readRaster } from '../images/readRaster.js';
import type { FileResult, Picture, PictureFile } from './items.js';
import { secondsSince, stage } from './stage.js';

/** Files of this size together, about 50 megapixels of JPEG, are opened at one time; a larger one is opened alone. */
const CAPACITY = 20e6;

/** How much is opened at one time. */
export interface DecodeOptions {
  /** Pictures that are opened at one time, or wait open for the next stage. @default 2 */
  concurrency?: number;
  /** Pixels that a photo may have; more is E_SIZE. @default 268402689 */
  limitPixels?: number;
}

/**
 * Opens picture files, while earlier ones are worked on.
 */
export function decode({
  concurrency = 2,
  limitPixels,
}: DecodeOptions = {}): OperatorFunction<PictureFile | FileResult, Picture | FileResult> {
  return stage(
    (file: PictureFile) => file.path,
    async (file, { signal }): Promise<Picture> => {
      const start = performance.now();
      const raster = await readRaster(file.path, { signal, limitPixels });
      return { status: 'open', file, raster, results: [], seconds: secondsSince(start) };
    },
    { concurrency, weigh: (file) => file.bytes, capacity: CAPACITY },
  );
}
