import type * as z from 'zod';
import type { NamedTensors } from '../engines/engine.js';
import type { ModelCard } from '../engines/modelFile.js';
import type { Pixels, Raster } from '../images/raster.js';

/** Who trades time for quality: `best` adds flips and quarter turns at test time. */
export type Quality = 'fast' | 'balanced' | 'best';

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
  /** Name in weights/index.json of the model to use for this picture. */
  model(options: Options, raster: Raster): string;
  /** Looks at the whole picture once. */
  measure(raster: Raster, options: Options, card: ModelCard): Facts | Promise<Facts>;
  /** True where nothing is to be done, so that the network need not run and the picture stays bit for bit. */
  isUnchanged?(facts: Facts): boolean;
  /** A window of the picture, float `[h, w, c]`, to the network's named inputs. h and w are multiples of the stride. */
  prepare(window: Pixels, facts: Facts, card: ModelCard): NamedTensors;
  /** The network's named outputs to pixels of the window's size. */
  finish(outputs: NamedTensors, window: Pixels, facts: Facts, card: ModelCard): Pixels;
  /** What `--json` and the library report about the picture beside its pixels. */
  report(facts: Facts): Record<string, unknown>;
}
