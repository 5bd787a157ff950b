import path from 'node:path';
import type { NdArray } from 'ndarray';
import type * as z from 'zod';
import type { EncodeOptions } from '../images/encodeOptions.js';
import { formatOfName } from '../images/formats/lookup.js';
import type { Samples2d } from '../images/formats/tiff/stripPicture.js';
import type { Pixels, Raster } from '../images/raster.js';
import type { Window } from '../images/readWindow.js';

/** Height and width in pixels. */
export type Size = readonly [height: number, width: number];

/** A map of a photo's size, `[height, width, c]`. */
export type MapArray = NdArray<Float32Array> | NdArray<Uint8Array>;

/** What a file is made of: a picture, or bytes as they are. */
export type FileContent = Raster | Uint8Array;

/** How a result is written; what is left open is chosen by the answer. */
export interface AnswerEncoding extends Omit<EncodeOptions, 'format'> {
  /** One of the answer's formats; its first where this is another. */
  format?: string;
}

/** What is known of a result beside its value: what files of it may need. */
export interface Beside<Facts = unknown> {
  /** What the task found out about the photo. */
  facts: Facts;
  /** The photo, or the part of it that the value is of. */
  photo: Pick<Raster, 'pixels'>;
  /** Where that lies in the whole photo, which the facts are of, and the size of that. */
  window: Window;
  size: Size;
}

/** How a map of the photo's size is made from a network's coarse grid. */
export interface MapKind<Value extends MapArray = MapArray> {
  /**
   * `smooth`: along the photo's edges, averaged (guided filter); `exact`: as `smooth`, and the grid's own detail is kept;
   * `argmax`: the index of the grid's largest channel, decided along the photo's edges.
   */
  readonly enlarge: 'smooth' | 'exact' | 'argmax';
  /** An empty map. */
  allocate(size: Size): Value;
}

/** Values of frames, held over time. */
export interface HeldValues<Value> {
  /** The value to show of the next frame. */
  next(value: Value): Value;
}

/** How a result is shown as the frames of a video. */
export interface VideoView<Value = unknown, Facts = unknown> {
  /** What `perpixel video` can be told about it. */
  readonly options: z.ZodObject;
  /** The value as a picture in 0..1, `[h, w, 1 or 3]`, in one range for the whole video. */
  picture(value: Value, options: Record<string, unknown>, facts: Facts): Pixels;
  /** How the pictures are coded: as colours or greys to look at, or as numbers of 16 bits, which only a lossless codec keeps. */
  layout(options: Record<string, unknown>): 'colour' | 'grey' | 'numbers';
  /** How maps are held while nothing moves: their mean, or the class most frames vote for. Without it each frame stands alone. */
  readonly steady?: 'mean' | 'vote';
  /** Holds values that are no maps over time: takes them in their order. @param memory frames that count */
  hold?(memory: number): HeldValues<Value>;
  /** What a line of JSON says of a frame; without it results are pictures alone. */
  line?(value: Value): object;
  /** Makes means valid values again, in place: unit length for normals. */
  settle?(values: Float32Array): void;
}

/**
 * What a result is, apart from who found it: how it is enlarged, mirrored, held over time, written to files and shown.
 * Everything below the tasks treats results by this contract alone, and guesses nothing from names, types or channels.
 *
 * `Facts` is what the task knew of the photo; a picture may need it (the names of classes).
 */
export interface Answer<Value = unknown, Facts = unknown> {
  /** What is added to the photo's name: `x.depth.png`. */
  readonly name: string;
  /** The result is the photo itself, changed in place: it keeps the photo's name, format, metadata and time. @default false */
  readonly isPhoto?: true;
  /** File formats by their extensions, the usual one first. */
  readonly formats: readonly string[];
  /** What they hold, for `--help`. */
  readonly formatsHold?: string;
  /** What a file of one of `formats` holds. */
  encode(
    value: Value,
    encoding: AnswerEncoding & { format: string },
    beside: Beside<Facts>,
  ): FileContent | Promise<FileContent>;
  /** The value of a slice as a page of the TIFF of a stack. @default none: stacks are refused */
  page?(value: Value): Samples2d;
  /** The value in colours to look at, 8 bits, in the upper left corner, and below it what they mean. */
  picture?(value: Value, facts: Facts, options: Record<string, unknown>): Promise<Raster>;
  /** What such a picture can be told. @default nothing */
  readonly pictureOptions?: z.ZodObject;
  /** For answers that are maps; others are made from the grid by the task's plan. */
  readonly map?: Value extends MapArray ? MapKind<Value> : undefined;
  /** For answers that are neither photos nor maps: what of a value lies in a region of the photo, in its coordinates. */
  part?(value: Value, region: Window): Value;
  /** What else changes, in place, when the grid of a mirrored photo has been turned back: x of normals. */
  mirror?(grid: Pixels): void;
  readonly video?: VideoView<Value, Facts>;
}

/** The format of results that a file's name asks for; undefined where it asks for none that the answer has. */
export function formatNamed({ formats }: Pick<Answer, 'formats'>, file: string): string | undefined {
  const asked = formatOfName(file) ?? path.extname(file).slice(1).toLowerCase();
  return formats.includes(asked) ? asked : undefined;
}

/** The format that a result is written in: the one that is asked for where the answer has it, else its usual one. */
export function formatOfAnswer({ formats }: Pick<Answer, 'formats'>, asked?: string): string {
  return asked !== undefined && formats.includes(asked) ? asked : formats[0];
}
