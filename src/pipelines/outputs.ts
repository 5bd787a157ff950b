import path from 'node:path';
import { formatOfAnswer } from '../answers/answer.js';
import type { AnyTask } from '../tasks/task.js';
import type { PictureFile } from './items.js';
import type { Naming } from './outputNames.js';
import { outputPath } from './outputPath.js';

/** What a run writes beside the results themselves, and in which formats. */
export interface OutputsOptions extends Naming {
  /** Beside each result that is no photo a picture of it, `x.depth.picture.png`. @default false */
  pictures?: boolean;
  /** Where side files go, by the task's option: a file, or a folder for those of all photos. */
  sideFiles?: Readonly<Record<string, string>>;
}

/** A side file that a run writes: `x.kernel.npy`. */
export interface SideOutput {
  /** The task's option that asks for it. */
  option: string;
  format: string;
  path: string;
}

/** Where everything goes that a run writes of a photo. One serves a whole run: a folder's names are worked out once. */
export interface Outputs {
  /** The restored photo: its own name, or with the suffix that is asked for. */
  photo(file: PictureFile): string;
  /** The result of a task that is no photo: `x.depth.png`. */
  result(task: AnyTask, file: PictureFile): string;
  /** The picture of such a result: `x.depth.picture.png`; undefined where none is wanted. */
  picture(task: AnyTask, file: PictureFile): string | undefined;
  /** The files beside such a result that were asked for. */
  sides(task: AnyTask, file: PictureFile): SideOutput[];
  /** All results and pictures of these tasks, and the side files that a flag asked for. */
  all(tasks: readonly AnyTask[], file: PictureFile): string[];
}

/**
 * Where results go below a folder: the tree that the photos came in, names as `outputNames` gives them.
 *
 * @example
 * outputs('maps', { format: 'npy' }).result(depth, file); // maps/a/x.depth.npy
 */
export function outputs(
  folder: string,
  { suffix, format, pictures = false, sideFiles = {} }: OutputsOptions = {},
): Outputs {
  const known = new Map<string, (file: PictureFile) => string>();
  const within = (where: string, naming: Naming) => {
    const key = JSON.stringify([where, naming]);
    const target = known.get(key) ?? outputPath(where, naming);
    known.set(key, target);
    return target;
  };
  const photo = (file: PictureFile) => within(folder, { suffix, format })(file);
  /** Of a stack the results are stacks again. */
  const own = ({ answer }: AnyTask, { pages }: PictureFile) => (pages ? 'tiff' : formatOfAnswer(answer, format));
  const result = (task: AnyTask, file: PictureFile) =>
    within(folder, { suffix: task.answer.name, format: own(task, file) })(file);
  const picture = ({ answer }: AnyTask, file: PictureFile) =>
    pictures && answer.picture
      ? within(folder, { suffix: `${answer.name}.picture`, format: file.pages ? 'tiff' : 'png' })(file)
      : undefined;

  const sides = (task: AnyTask, file: PictureFile): SideOutput[] =>
    Object.entries(task.sideFiles ?? {}).flatMap(([option, { suffix, formats, isFlag, beside }]) => {
      const where = sideFiles[option];
      if (where === undefined) return [];
      const named = path.extname(where).slice(1).toLowerCase();
      if (!isFlag && formats.includes(named)) return [{ option, format: named, path: where }];
      const ofResult = own(task, file);
      const all = isFlag ? [beside?.(ofResult) ?? ofResult, ...formats] : formats;
      return all.map((each) => ({
        option,
        format: each,
        path: within(where, { suffix, format: each })(file),
      }));
    });

  return {
    photo,
    result,
    picture,
    sides,
    all(tasks, file) {
      const maps = tasks.filter(({ answer }) => !answer.isPhoto);
      if (maps.length === 0) return [photo(file)];
      const flagged = (task: AnyTask) =>
        sides(task, file)
          .filter(({ option }) => task.sideFiles![option].isFlag)
          .map((side) => side.path);
      return maps
        .flatMap((task) => [result(task, file), picture(task, file), ...flagged(task)])
        .filter((each) => each !== undefined);
    },
  };
}
