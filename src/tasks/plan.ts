import type { NdArray } from 'ndarray';
import type { Answer, Size } from '../answers/answer.js';
import type { NamedTensors, Session } from '../engines/engine.js';
import type { Pixels, Raster, Samples } from '../images/raster.js';
import type { AnyTask } from './task.js';

/** How one photo is worked on, once its facts are known: tile by tile, seen whole by the network, or as the task itself does it. */
export type Plan<Value = unknown> = TiledPlan | WholePlan<Value> | OwnPlan<Value>;

/** The photo is restored in place, tile by tile, so that any size fits; or a map of its size is filled so. */
export interface TiledPlan {
  readonly kind: 'tiled';
  /** Pixels to each side that count beyond what the network itself looks at. @default 0 */
  readonly reach?: number;
  /**
   * Windows have at most this many pixels squared, where nobody asks for another size: for networks that take little memory a pixel.
   * @default 1024, more where the model's overlap would waste most of it
   */
  readonly tile?: number;
  /**
   * How `best` may turn a window and average: `square`, all eight ways; `mirror`, left and right only, where up is not the same as
   * down, as where rain falls; `none`, where `window` sees to quality itself: such windows are not padded to the network's stride, so
   * that they hold nothing but the photo. @default 'square'
   */
  readonly symmetry?: 'square' | 'mirror' | 'none';
  /**
   * `[h, w]`, of the photo's size and not 0 where it may change: all other samples stay bit for bit, and tiles without any such pixel
   * are not run.
   */
  readonly changing?: NdArray<Samples>;
  /**
   * Planes `[h, w, n]` in 0..1 that the network sees too, such as a mask of holes. They are the last n channels of every window, cut,
   * padded, rotated and mirrored with the photo. Of the photo's size, or smaller: then they lie over the whole photo, and what is between
   * their samples is interpolated bilinearly.
   */
  readonly beside?: NdArray<Samples>;
  /** `window` may answer `scale` times as large as it is given, as the model's card says. @default only models that keep the size will do */
  readonly enlarges?: true;
  /** Where the answer is not the photo: what `window` answers goes into a map of the photo's size instead. */
  readonly map?: TiledMap;
  /** Before any tile: may write into the photo. Long work stops at the signal. */
  first?(raster: Raster, signal?: AbortSignal): void | Promise<void>;
  /** One window, float `[h, w, c + n]`, to its answer `[h, w, c]`, or `[h, w, map.channels]`; of a plan that enlarges, `[scale * h, scale * w, c]`. `run` is the session's. */
  window(window: Pixels, run: Session['run']): Promise<Pixels>;
}

/** A map that is filled tile by tile. */
export interface TiledMap {
  readonly channels: number;
  /** The result, once the map `[height, width, channels]` is whole. Long work stops at the signal. */
  value(map: Pixels, signal?: AbortSignal): unknown;
  /** What is told beside the result. @default nothing */
  remarks?(value: unknown): Remarks;
}

/** What the network is given beside the photo: a map of the size that it sees, and how that is mirrored. */
export interface PlaneInput {
  pixels: Pixels;
  answer?: Pick<Answer, 'mirror'>;
}

/** The network sees the whole photo once, at a small size; its answer is a grid that the task's answer turns into a result. */
export interface WholePlan<Value = unknown> {
  readonly kind: 'whole';
  /** The size at which the network sees the photo. */
  readonly seen: Size;
  /** Further sizes at which it sees the photo with `best`; the answers are averaged on the grid of `seen`. @default none */
  readonly alsoSeen?: readonly Size[];
  /** Beside the picture of the size `seen`, by the names of the network's inputs. `grid` gives what another task's network says of this photo. */
  inputs?(grid: GridOf, seen: Size): Promise<Readonly<Record<string, PlaneInput>>>;
  /** The network's output. @default the task's name */
  readonly output?: string;
  /** The output `[rows, columns, c]` as values that may be averaged and interpolated. @default as it is */
  read?(output: Pixels): Pixels;
  /** What others say of the same, as many values on a grid of any size: averaged with those values. @default nobody is asked */
  alsoSaid?(grid: GridOf): Promise<Pixels>;
  /** Those values, of the photo and with `best` of its mirror image too, become others, on a grid of any size. @default as they are */
  refine?(grid: Pixels): Pixels | Promise<Pixels>;
  /** Enlarged rows of the grid become the map's values, in place; for answers that are maps. @default as they are */
  finish?(values: Float32Array | Uint8Array): void;
  /**
   * How sure the network is of each value of the grid: `[rows, columns, 1]`, 0..1, told as `confidence` in the report, enlarged as the result
   * is. For answers that are maps; undefined where it is not asked for.
   */
  readonly confidence?: (grid: Pixels, views: ViewsOf) => Pixels | Promise<Pixels>;
  /** What else the network says of the photo as a whole, by its other outputs. @default nothing */
  remarks?(outputs: NamedTensors): Remarks;
  /** The result, for answers that are no maps. @param size of the photo */
  value?(grid: Pixels, size: Size): Value | Promise<Value>;
}

/** What is told of a photo beside its result. */
export interface Remarks {
  /** For programs, beside what the task reports. */
  report: Readonly<Record<string, unknown>>;
  /** For people, in words: on the terminal, in the page of a batch. */
  notices: readonly string[];
}

/** The task asks the network itself, as often as it likes and about whatever part of the photo. */
export interface OwnPlan<Value = unknown> {
  readonly kind: 'own';
  /** The result. `run` is the session's. */
  value(run: Session['run']): Promise<Value>;
}

/** Gives the grids of the photo and of its mirror image, turned back: two answers to the same question. */
export type ViewsOf = () => Promise<readonly [Pixels, Pixels]>;

/** Gives what the network of a task says of the same photo, as that task reads it. Each network runs once. */
export type GridOf = (task: AnyTask, options?: unknown) => Promise<Pixels>;

/**
 * The window function of a network that is run once: pixels to its inputs, its outputs to pixels.
 *
 * @param prepare a window, whose sides are multiples of the stride, to the network's named inputs
 * @param finish the network's named outputs to pixels `[h, w, c]` of the window's size, or the card's `scale` times that
 */
export function feedForward(
  prepare: (window: Pixels) => NamedTensors,
  finish: (outputs: NamedTensors, window: Pixels) => Pixels,
): TiledPlan['window'] {
  return async (window, run) => finish(await run(prepare(window)), window);
}
