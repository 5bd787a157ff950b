import type { NdArray } from 'ndarray';
import type * as z from 'zod';
import type { Pixels, Raster } from '../../images/raster.js';
import type { ModelCard } from '../../onnx/modelFile.js';

/** A task whose result is a map of the scene. */
export type SceneTaskName = 'depth' | 'normals' | 'labels';

/** A map of a photo's size, `[height, width, c]`: metres, unit vectors, or class indices. */
export type SceneMap = NdArray<Float32Array> | NdArray<Uint8Array>;

/** How a map is written. */
export interface MapEncoding {
  /** @default 'png' */
  format?: 'png' | 'npy' | 'pfm';
  /** Of normals in a PNG. @default 8 */
  bitDepth?: 8 | 16;
}

/** Height and width in pixels. */
export type Size = readonly [height: number, width: number];

/** What is known of a photo when its network is to be given something beside the picture. */
export interface AboutScene {
  /** The size at which the network sees the photo. */
  seen: Size;
  /** Path of the photo below the folder that holds all inputs; none for a picture in memory. */
  photo?: string;
  /** Depth and normals as the network of them answers, on its own grid. */
  predicted(): Promise<{ depth: Pixels; normals: Pixels }>;
}

/**
 * A task that says something about the scene in a photo: a map of the photo's size, with channels, units and files of its
 * own. They are answers of one network, the outputs that bear their names, so that one run serves several; options may ask
 * for a network of their own.
 *
 * The network sees the whole photo once, at a small size. What it answers on its own coarse grid goes through `read`, is
 * enlarged along the photo's edges, and becomes the map in `finish`, a few rows at a time.
 */
export interface SceneTask<Options = unknown, Facts = unknown> {
  readonly name: SceneTaskName;
  /** One line for `--help`. */
  readonly summary: string;
  readonly options: z.ZodType<Options>;
  /** Name in weights/index.json of the model that answers. @default 'scene' */
  model?(options: Options): string;
  /** Pixels that its network is given of a photo. @default as `workingSize` has it */
  area?(options: Options): number | undefined;
  /** What the network is given beside the picture: pixels of the size seen, by the names of its inputs. */
  beside?(raster: Raster, options: Options, about: AboutScene): Promise<Record<string, Pixels>>;
  /** What is known of the photo before the network runs. `seen`: the size at which the network sees it. */
  measure(raster: Raster, options: Options, seen: Size, card: ModelCard): Facts | Promise<Facts>;
  /** The network's output `[rows, columns, c]` as values that may be averaged and interpolated. */
  read(output: Pixels, facts: Facts): Pixels;
  /** What else changes, in place, where the photo was mirrored and its answer has been turned back. */
  unmirror?(answer: Pixels): void;
  /** An empty map. */
  allocate(size: Size): SceneMap;
  /** The map tells which channel of the answer is the largest: that is what is enlarged. @default the answer is */
  readonly chooses?: true;
  /** Enlarged, the answer keeps its values: its detail is worth more than smoothness. @default it is smoothed */
  readonly keeps?: true;
  /** Enlarged answers of some rows become the map's values, in place; where the map `chooses`, from channels, 0 and up. */
  finish(values: SceneMap['data'], facts: Facts): void;
  /** What `--json` and the library report beside the map. */
  report(facts: Facts): Record<string, unknown>;
  /** What the map's file is by default, where its format is not another. */
  extension(encoding: MapEncoding): 'png' | 'npy' | 'pfm';
  /** Writes the map to `file`. */
  write(map: SceneMap, file: string, encoding: MapEncoding): Promise<void>;
  /** The map in colours to look at, 8 bits, and below it what they mean. */
  picture(map: SceneMap, facts: Facts): Promise<Raster>;
}
