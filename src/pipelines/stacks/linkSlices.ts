import path from 'node:path';
import type { MonoTypeOperatorFunction } from 'rxjs';
import { parseOptions } from '../../core/parseOptions.js';
import type { Result } from '../../tasks/result.js';
import type { Asked } from '../../tasks/task.js';
import type { FileResult, Picture } from '../items.js';
import { mapPulled } from '../mapPulled.js';

/** Ties the results of the slices of one stack together, to be called with those of one slice after the other. */
export function slicesLink(asked: readonly Asked[]): (results: readonly Result[]) => Result[] {
  const links = asked.map(({ task, options }) => task.stack?.link(parseOptions(task.options, options)));
  return (results) =>
    results.map((result, i) => (links[i] ? { ...result, value: links[i].next(result.value) } : result));
}

/** Whether any of them ties slices together. */
export const isLinked = (asked: readonly Asked[]): boolean =>
  asked.some(({ task, options }) => task.stack?.link(parseOptions(task.options, options)) !== undefined);

/**
 * Ties the results of pictures together that are the slices of a stack: those of one folder, in the order in which they come. Put it
 * between `predictAll` and `encode`, and `foldersOfSlices` before `decode`.
 */
export function linkSlices(asked: readonly Asked[]): MonoTypeOperatorFunction<Picture | FileResult> {
  let folder: string | undefined;
  let link = slicesLink(asked);
  return mapPulled(
    async (item) => {
      if (item.status !== 'open') return item;
      const own = path.dirname(item.file.path);
      if (own !== folder) link = slicesLink(asked);
      folder = own;
      return { ...item, results: link(item.results) };
    },
    { concurrency: 1 },
  );
}
