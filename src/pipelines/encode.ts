import type { OperatorFunction } from 'rxjs';
import { writeWhole } from '../core/files/writeWhole.js';
import type { EncodeOptions } from '../images/encodeOptions.js';
import { writeRaster } from '../images/writeRaster.js';
import { type FileResult, fileResult, type Picture } from './items.js';
import { outputPath } from './outputPath.js';
import { PICTURES_CAPACITY, pictureBytes } from './pictureBytes.js';
import { resultBefore } from './resultBefore.js';
import { secondsSince, stage } from './stage.js';
import type { OutputOptions } from './unfinished.js';

/** Where pictures go, what they are called, and how they are written. */
export interface EncodePicturesOptions extends OutputOptions, EncodeOptions {
  /** Pictures that are written at one time. @default 2 */
  concurrency?: number;
}

/**
 * Writes pictures below `folder`, whole or not at all, in the tree they came in (names: outputNames), while later ones are
 * worked on. A result carries the time of its photo's file, which is all that some photos know of their capture, and by which
 * a later run knows whose result it is.
 */
export function encode(
  folder: string,
  { suffix, overwrite = false, concurrency = 2, ...encoding }: EncodePicturesOptions = {},
): OperatorFunction<Picture | FileResult, FileResult> {
  const target = outputPath(folder, { suffix, format: encoding.format });
  return stage(
    (picture: Picture) => picture.file.path,
    async ({ file, raster, seconds, report }, { signal }): Promise<FileResult> => {
      const start = performance.now();
      const output = target(file);
      const before = await resultBefore(file, output, overwrite);
      if (before) return before;
      const { modified, mode } = file;
      await writeWhole(output, (temporary) => writeRaster(raster, temporary, encoding), { signal, modified, mode });
      const [height, width] = raster.pixels.shape;
      const megapixels = (height * width) / 1e6;
      return fileResult('done', file.path, { output, megapixels, seconds: seconds + secondsSince(start), report });
    },
    { concurrency, weigh: pictureBytes, capacity: PICTURES_CAPACITY },
  );
}
