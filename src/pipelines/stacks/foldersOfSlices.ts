import path from 'node:path';
import { concatMap, type OperatorFunction, toArray } from 'rxjs';
import type { FileResult, PictureFile } from '../items.js';
import { mapPulled } from '../mapPulled.js';
import { pull } from '../pull.js';
import { resultsBefore, type UnfinishedOptions } from '../unfinished.js';

/** `slice2` before `slice10`. */
const natural = new Intl.Collator('en', { numeric: true });

/**
 * In the place of `unfinished`, for slices whose results are tied together: all files are listed first, then come folder by folder in
 * the natural order of their names. Of a folder in which all results exist, each is skipped; else all slices are worked on
 * again, as each needs what was found in those before it.
 */
export function foldersOfSlices(
  folder: string,
  options: Omit<UnfinishedOptions, 'shared'> = {},
): OperatorFunction<PictureFile | FileResult, PictureFile | FileResult> {
  const before = resultsBefore(folder, options);
  return (source) =>
    source.pipe(
      toArray(),
      concatMap((items) => pull(inFolders(items))),
      mapPulled(
        async (items) => {
          const known = await Promise.all(items.map((item) => (item.status === 'listed' ? before(item) : item)));
          if (items.length === 1 || !known.includes(undefined)) return known.map((result, i) => result ?? items[i]);
          return items.map((item, i) => (known[i]?.status === 'failed' ? known[i] : item));
        },
        { concurrency: 1 },
      ),
      concatMap((items) => pull(items)),
    );
}

/** Slices of one folder together; stacks, and what failed, alone. */
function inFolders(items: readonly (PictureFile | FileResult)[]): (PictureFile | FileResult)[][] {
  const folders = new Map<string, PictureFile[]>();
  const alone: (PictureFile | FileResult)[] = [];
  for (const item of items) {
    if (item.status !== 'listed' || item.pages) alone.push(item);
    else {
      const folder = path.dirname(item.path);
      folders.set(folder, [...(folders.get(folder) ?? []), item]);
    }
  }
  const ordered = [...folders.values()].map((slices) =>
    slices.sort((a, b) => natural.compare(path.basename(a.path), path.basename(b.path)) || (a.path < b.path ? -1 : 1)),
  );
  return [...alone.map((item) => [item]), ...ordered];
}
