import type * as z from 'zod';
import type { Intrinsics } from '../geometry/planeNormals.js';
import type { Pixels } from '../images/raster.js';
import type { Loss } from '../losses/loss.js';
import type { ExampleFiles, TruthKind } from './datasets/exampleFiles.js';

/** What can be learnt: where its examples come from, how far off an answer is, and how it looks. */
export interface Learnable<Examples = unknown> {
  /** As in `perpixel train NAME`. */
  readonly name: string;
  /** What its examples can be asked to be; the command line's options come from it. */
  readonly examples: z.ZodType<Examples>;
  /** The kinds of truth it can learn from, the preferred one first; see `exampleFiles`. */
  readonly truth: readonly TruthKind[];
  /** Module whose default export makes its batches out of `DrawOptions`, for `prefetch`. */
  readonly batches: URL;
  /** The network that learns it where none is named. */
  readonly network: string;
  /** The output, and the target, that it is about. */
  readonly answer: string;
  /** Unless the network's paper has another one; see `Network`. */
  readonly loss: Loss;
  /** Of one example, by name. What is not a number has nothing to be scored by, and is left out. */
  scores(example: Answered): Record<string, number>;
  /**
   * What is scored apart of examples that are drawn, by what stands behind the score's name: noise levels, for one.
   * @default the examples as asked for
   */
  variants?(examples: Examples): Record<string, Examples>;
  /** An answer or a truth `[h, w, c]` as a picture, 0..1, of 1 or 3 channels. */
  picture(answer: Pixels): Pixels;
  /** @throws PerpixelError E_DATA where the network cannot learn from these files */
  check?(draw: DrawOptions<Examples>): void;
}

/** One example and what a network said of it, each `[h, w, c]` by name, in the task's units. */
export interface Answered {
  outputs: Readonly<Record<string, Pixels>>;
  targets: Readonly<Record<string, Pixels>>;
  /** `[h, w, 1]` by the target's name, not 0 where it counts; a target without one counts everywhere. */
  masks: Readonly<Record<string, Pixels>>;
}

/** What the maker of batches is told; plain data, since it goes to another thread. */
export interface DrawOptions<Examples = unknown> {
  files: readonly ExampleFiles[];
  /** Channels of the picture: 1 for grey, 3 for colour. */
  channels: 1 | 3;
  /** Size of an example in pixels. */
  height: number;
  width: number;
  /** Examples a batch. */
  batch: number;
  seed: number;
  examples: Examples;
  /** What the network takes and answers. */
  inputNames: readonly string[];
  outputNames: readonly string[];
  /** Scenes as they are, not augmented: to score on. @default false */
  still?: boolean;
  /** The camera of scenes, where it is known. */
  camera?: Intrinsics;
}
