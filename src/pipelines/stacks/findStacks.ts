import type { OperatorFunction } from 'rxjs';
import { openTiffPages } from '../../images/formats/tiff/tiffPages.js';
import type { AnyTask } from '../../tasks/task.js';
import type { FileResult, PictureFile } from '../items.js';
import { stage } from '../stage.js';

/** How many files are looked into at one time. */
const CONCURRENCY = 2;

/**
 * Tells TIFFs of several pages apart, where the tasks take them for stacks of slices: they then have `pages`. Put it before
 * `unfinished`, as the results of stacks are called otherwise, and `predictStacks` behind that.
 */
export function findStacks(
  tasks: readonly AnyTask[],
  { limitPixels }: { limitPixels?: number } = {},
): OperatorFunction<PictureFile | FileResult, PictureFile | FileResult> {
  return stage(
    (file: PictureFile) => file.path,
    async (file) => ({ ...file, pages: (await pagesOf(tasks, file.path, limitPixels))?.count }),
    { concurrency: CONCURRENCY },
  );
}

/**
 * Size of a stack that all of these tasks take for one; undefined for every other file, and for what cannot be opened at all, which
 * `decode` tells of.
 *
 * @throws PerpixelError E_READ, E_FORMAT, E_SIZE for a page that cannot be read
 */
export async function pagesOf(
  tasks: readonly AnyTask[],
  path: string,
  limitPixels?: number,
): Promise<{ count: number; pixels: number } | undefined> {
  if (!tasks.every(({ stack }) => stack)) return undefined;
  const pages = await openTiffPages(path, { limitPixels }).catch((error) => {
    if (isOfSystem(error)) return undefined;
    throw error;
  });
  await pages?.close();
  return pages && { count: pages.count, pixels: pages.pixels };
}

/** Missing files and the like have their words from `readRaster`. */
const isOfSystem = (error: unknown): boolean => typeof (error as NodeJS.ErrnoException).syscall === 'string';
