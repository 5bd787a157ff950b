import type { PerpixelError } from '../core/errors.js';
import type { Raster } from '../images/raster.js';
import type { Result } from '../tasks/result.js';

/** A picture file that waits for its turn. */
export interface PictureFile {
  status: 'listed';
  path: string;
  /** Where it lies in the tree that the output repeats: its path below the folder that holds all inputs. */
  relative: string;
  /** Names of the input pictures of its folder, itself included: output names are chosen so that none meet. */
  siblings: readonly string[];
  /** Size of the file; 0 where it could not be asked. */
  bytes: number;
  /** When the file was last written, which photo tools sort by. */
  modified?: Date;
  /** Who may read and write it, as `stat` has it. */
  mode?: number;
  /** How many pages it has, where it is a stack of slices; see `findStacks`. */
  pages?: number;
  /** Lets it go where it was claimed (see `unfinished`): called with its result. */
  release?: () => void;
}

/** A picture in memory, before or after its tasks. */
export interface Picture {
  status: 'open';
  file: PictureFile;
  raster: Raster;
  /** What tasks said of it so far. Where their answer is the photo itself, it is in `raster`. */
  results: readonly Result[];
  /** Time spent on it so far, waiting left out. */
  seconds: number;
}

/** How a file came out. A bad file is a result like any other; it never ends the stream. */
export interface FileResult {
  /** `skipped`: its output already exists. */
  status: 'done' | 'skipped' | 'failed';
  input: string;
  output?: string;
  /** Why it failed. */
  error?: PerpixelError;
  megapixels: number;
  /** Time spent on it, waiting left out. */
  seconds: number;
  report: Record<string, unknown>;
  /** The same for people, line by line; undefined where no task has words for it. */
  words?: readonly string[];
}

/** A result without pixels: a file that failed, or had no need of work. */
export function fileResult(
  status: FileResult['status'],
  input: string,
  rest: Partial<Omit<FileResult, 'status' | 'input'>> = {},
): FileResult {
  return { status, input, megapixels: 0, seconds: 0, report: {}, ...rest };
}
