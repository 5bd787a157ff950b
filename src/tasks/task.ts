import type * as z from 'zod';
import type { Answer, FileContent } from '../answers/answer.js';
import type { Session } from '../engines/engine.js';
import type { Samples2d } from '../images/formats/tiff/stripPicture.js';
import type { Raster } from '../images/raster.js';
import type { ModelCard } from '../onnx/modelFile.js';
import type { OverTime } from './overTime.js';
import type { Plan } from './plan.js';

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
  /** Pixels that pictures read beside it may have. @default 268402689 */
  limitPixels?: number;
  /** Opens another shipped model by its name, the one of that name whatever `--model` says. */
  open?: (model: string) => Promise<Session>;
}

/** A file that the command can write beside each result: the kernel that was estimated, the mask that was found, the cells. */
export interface SideFile<Facts, Value = unknown, Report = object> {
  /** For `--help`. */
  readonly describe: string;
  /** What is added to the photo's name: `x.kernel.npy`. */
  readonly suffix: string;
  /** Formats by their extensions; all of them are written into a folder, the one of its name into a file. */
  readonly formats: readonly string[];
  /** A flag among the task's own options asks for it: it is written where the results are, and also in their format. */
  readonly isFlag?: true;
  /** Of a flag: the format beside results of another one. @default the same */
  beside?(format: string): string;
  /** What it holds; undefined where this photo has none. */
  encode(
    facts: Facts,
    format: string,
    value: Value,
    report: Report,
  ): FileContent | undefined | Promise<FileContent | undefined>;
  /** What it holds of a stack. @default it is left out */
  readonly ofStack?: {
    /** In a format of pictures: the page of a slice. */
    page(facts: Facts, value: Value): Samples2d;
    /** In a format of text, by its extension: what the file begins and ends with, and what it says of a slice, counted from 1. */
    readonly texts: Readonly<Record<string, StackText<Facts, Value>>>;
  };
}

/** A file of text about all slices of a stack. */
export interface StackText<Facts, Value> {
  readonly begin: string;
  /** Nothing, '', where there is nothing to be said. */
  slice(facts: Facts, value: Value, slice: number): string;
  /** Between two slices of which something is said. */
  readonly between: string;
  readonly end: string;
}

/** How the results of slices hang together that come one after the other: pages of a TIFF, or pictures of a folder. */
export interface Stack<Options, Value> {
  /** What ties the results of one stack together; undefined where each is to stand alone. */
  link(options: Options): Links<Value> | undefined;
}

/** Results of slices, tied together. */
export interface Links<Value> {
  /** The result of the next slice, tied to those before it. */
  next(value: Value): Value;
}

/**
 * A task: what it can be asked, what it finds out about a photo, how the photo is then worked on, and what the result is. The command
 * line, the library's types and the error messages are all made from it.
 *
 * `Facts` is what is found out once a picture (the noise level, for one); `Value` is the result; `Report` is what is told beside it.
 */
export interface Task<
  Options = unknown,
  Facts = unknown,
  Value = unknown,
  Report extends object = Record<string, unknown>,
> {
  readonly name: string;
  /** One line for `--help`. */
  readonly summary: string;
  /** Lines for `--help`: what follows `perpixel`, and what it does. */
  readonly examples?: readonly (readonly [command: string, what: string])[];
  readonly options: z.ZodType<Options>;
  /** The option that decides how much is done, and values of it to compare side by side. @default none */
  readonly variants?: { readonly option: string; readonly values: readonly (string | number)[] };
  readonly answer: Answer<Value, Facts>;
  /** The tasks whose models it runs: their cards name one of these. @default its own name */
  readonly modelTasks?: readonly string[];
  /**
   * Name in weights/index.json of the model to use for this picture. Asked before the picture is measured, and again with what was found,
   * where the choice may depend on it.
   */
  model(options: Options, raster: Raster, quality: Quality, facts?: Facts): string;
  /** Looks at the whole picture once, and at what belongs to it. `card` is of the model that was asked for first. */
  measure(raster: Raster, options: Options, card: ModelCard, about: AboutPicture): Facts | Promise<Facts>;
  /**
   * The facts of a video, of those of its first frames (one at least): what is then held for all, so that nothing flickers.
   * Where a task has none, each frame has its own.
   */
  hold?(facts: readonly Facts[]): Facts;
  /** How the frames of a video are worked on together, loaded when it is needed. @default each frame by itself */
  overTime?(): Promise<OverTime<Facts>>;
  /** Pictures are slices of a stack, and a TIFF of several pages is one. @default such a TIFF is refused */
  readonly stack?: Stack<Options, Value>;
  /** How this picture is worked on; undefined where nothing is to be done, and then it stays bit for bit. */
  plan(facts: Facts, card: ModelCard, quality: Quality): Plan<Value> | undefined;
  /** What `--json` and the library report about the picture beside its pixels: plain data and arrays. */
  report(facts: Facts): Report;
  /** The same for people: short lines of words and units, for the terminal and the page of a batch. @default the page lists the report */
  words?(report: Report): readonly string[];
  /** What the values of all results mean (the names of classes), written once a run as `NAME.json`. @param card of the user's own model */
  legend?(options: Options, card?: ModelCard): readonly object[];
  /** Files that the command can write beside results, by the options that name them. */
  readonly sideFiles?: Readonly<Record<string, SideFile<Facts, Value>>>;
  /** Of a task of one's own: the module that exports it under its name, so that another thread can load it. */
  readonly module?: string | URL;
}

/** A task, whatever its options, facts and results are. */
// biome-ignore lint/suspicious/noExplicitAny: tasks of any options, facts and values side by side.
export type AnyTask = Task<any, any, any, any>;

/** The options of a task. */
export type OptionsOf<T> = T extends { options: z.ZodType<infer Options> } ? Options : never;
/** What a task's result is. */
export type ValueOf<T> = T extends { answer: Answer<infer Value, infer _Facts> } ? Value : never;
/** What a task reports. */
export type ReportOf<T> = T extends AnyTask ? ReturnType<T['report']> : never;

/** A task with its options, as `parseOptions` gives them. */
export interface Asked {
  task: AnyTask;
  options: unknown;
}
