import type { MonoTypeOperatorFunction } from 'rxjs';
import type { FileResult, Picture } from '../../pipelines/items.js';
import { mapPulled } from '../../pipelines/mapPulled.js';
import { shown } from '../../tasks/result.js';
import type { View } from './batchPage.js';
import { wholeView } from './viewsOf.js';

/** So many photos are shown; a page with all of a large batch is one that no browser opens. */
export const PICTURED = 100;

/**
 * Keeps, for the page, a view of every result that is not the photo itself, while it is in memory: the photo and the result in colours.
 *
 * @param views filled as pictures pass, by their paths
 * @param most pictures that views are kept of
 */
export function resultViews(views: Map<string, View[]>, most: number): MonoTypeOperatorFunction<Picture | FileResult> {
  return mapPulled(
    async (item) => {
      if (item.status !== 'open' || views.size >= most) return item;
      const own: View[] = [];
      for (const result of item.results) {
        const { name, answer } = result.task;
        if (answer.picture) own.push(await wholeView(name, item.raster, await shown(result)));
      }
      if (own.length > 0) views.set(item.file.path, own);
      return item;
    },
    { concurrency: 1 },
  );
}
