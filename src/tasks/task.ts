import type { NdArray } from 'ndarray';
import type * as z from 'zod';
import type { NamedTensors, Session } from '../engines/engine.js';
import type { Pixels, Raster, Samples } from '../images/raster.js';
import type { ModelCard } from '../onnx/modelFile.js';

/**
 * Who trades time for quality: `fast` takes a smaller network where the task has one, `best` averages over flips and quarter
 * turns, as far as the task allows.
 */
export type Quality = 'fast' | 'balanced' | 'best';

/** What is known of a picture beside its pixels. */
export interface AboutPicture {
  /** Its file, as a path below the folder that holds all inputs; none for a pipe or a picture in memory. */
  file?: string;
  /** Aborts when nobody waits for the answer any more; long work then stops. */
  signal?: AbortSignal;
}

/**
 * A task: what it can be asked, how pixels become the network's input, and how its answer becomes pixels again.
 * The command line, the library's types and the error messages are all made from `options`.
 *
 * `Facts` is what is found out once a picture before any tile runs (the noise level, for one).
 */
export interface Task<Options, Facts> {
  readonly name: string;
  /** One line for `--help`. */
  readonly summary: string;
  readonly options: z.ZodType<Options>;
  /** The task whose models it runs: their cards name that one. @default its own name */
  readonly modelTask?: string;
  /** Name in weights/index.json of the model to use for this picture. */
  model(options: Options, raster: Raster, quality: Quality): string;
  /** Looks at the whole picture once, and at what belongs to it. */
  measure(raster: Raster, options: Options, card: ModelCard, about: AboutPicture): Facts | Promise<Facts>;
  /** True where nothing is to be done, so that the network need not run and the picture stays bit for bit. */
  isUnchanged?(facts: Facts): boolean;
  /**
   * The facts of a video, of those of its first frames (one at least): what is then held for all, so that nothing flickers.
   * Where a task has none, each frame has its own.
   */
  hold?(facts: readonly Facts[]): Facts;
  /**
   * Planes `[h, w, n]` of the picture's size that the network sees too, such as a mask of holes: every window has them
   * as its last n channels, in 0..1, cut, padded, turned and mirrored with the picture's own.
   */
  beside?(facts: Facts): NdArray<Samples> | undefined;
  /**
   * Before any tile, and after it is known that something is to be done: may write into the picture. `again` does the whole
   * task on another one, such as a smaller one that gives a first idea of this.
   */
  begin?(raster: Raster, facts: Facts, again: (raster: Raster, facts: Facts) => Promise<void>): void | Promise<void>;
  /**
   * `[h, w]`, of the picture's size and not 0 where it may change: all other samples stay bit for bit, and tiles without
   * any such pixel are not run.
   */
  changing?(facts: Facts): NdArray<Samples> | undefined;
  /** How many pixels to each side count beyond what the network itself looks at. @default 0 */
  reach?(facts: Facts): number;
  /**
   * In place of prepare, one run and finish, where a window takes several runs: `run` is the session's. Its window is not
   * padded to the stride, so that it knows what is of the picture, nor turned and flipped: `best` is its own affair.
   * The answer has the window's size and the picture's channels.
   */
  solve?(window: Pixels, run: Session['run'], facts: Facts, card: ModelCard, quality: Quality): Promise<Pixels>;
  /** Whether up is not the same as down and sideways, as where rain falls: `best` then only mirrors left and right. @default false */
  isUpright?(facts: Facts): boolean;
  /** A window of the picture, float `[h, w, c + n]`, to the network's named inputs. h and w are multiples of the stride. */
  prepare(window: Pixels, facts: Facts, card: ModelCard): NamedTensors;
  /** The network's named outputs to pixels `[h, w, c]` of the window's size. */
  finish(outputs: NamedTensors, window: Pixels, facts: Facts, card: ModelCard): Pixels;
  /** What `--json` and the library report about the picture beside its pixels. */
  report(facts: Facts): Record<string, unknown>;
}
