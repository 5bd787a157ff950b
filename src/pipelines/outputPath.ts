import path from 'node:path';
import type { PictureFile } from './items.js';
import { type Naming, outputNames } from './outputNames.js';

/**
 * Where a picture's result goes: the same tree below `folder`, names after outputNames.
 * One of these serves a whole run: a folder's names are worked out once.
 */
export function outputPath(folder: string, naming: Naming = {}): (file: PictureFile) => string {
  const folders = new WeakMap<readonly string[], Map<string, string>>();
  return ({ path: input, relative, siblings }) => {
    const names = folders.get(siblings) ?? outputNames(siblings, naming);
    folders.set(siblings, names);
    return path.join(folder, path.dirname(relative), names.get(path.basename(input))!);
  };
}
