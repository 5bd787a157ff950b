import type { Duplex } from 'node:stream';
import ndarray, { type NdArray } from 'ndarray';
import type { Sharp } from 'sharp';
import { formatNamed } from '../answers/answer.js';
import { PerpixelError } from '../core/errors.js';
import { parseOptions } from '../core/parseOptions.js';
import { random } from '../core/random.js';
import type { Raster, Samples } from '../images/raster.js';
import type { ImageDataLike } from '../images/sources/imageDataKind.js';
import { kindOf } from '../images/sources/kindOf.js';
import type { Photo } from '../images/sources/photo.js';
import type { Executor } from '../pipelines/run/executor.js';
import type { Job } from '../pipelines/run/job.js';
import type { Turnstile } from '../pipelines/run/turnstile.js';
import { plainCompanions } from '../tasks/companion.js';
import type { AnyTask, OptionsOf, ReportOf, Task, ValueOf } from '../tasks/task.js';
import { asFailure } from './asFailure.js';
import {
  type AnswerOptions,
  answerCallOptions,
  type CommonOptions,
  checkOptions,
  type FileOptions,
  type PlaceOptions,
  photoCallOptions,
} from './callOptions.js';
import { photoStream } from './photoStream.js';

/** What a stream takes: the task's options, those of every call, and how the result is encoded. */
export type StreamOptions<Options> = Partial<Options> & CommonOptions & Pick<FileOptions, 'encoding'> & PlaceOptions;

/**
 * A task as a call: a photo in, the same kind of thing back, as it came in everything but its pixels.
 *
 * Two photos are in work at one time; further calls wait their turn, and hold nothing meanwhile but what they were given.
 *
 * @throws PerpixelError by rejecting: E_OPTION (a wrong or unknown option), E_READ, E_FORMAT, E_WRITE, E_MODEL, E_ENGINE,
 *   E_MEMORY; and the signal's reason where that aborts
 */
export interface PhotoCall<Options, Report = Record<string, unknown>> {
  /** A file into another file; its path comes back. */
  (
    photo: string | URL | Uint8Array,
    options: Partial<Options> & CommonOptions<Report> & PlaceOptions & FileOptions & { output: string },
  ): Promise<string>;
  /** A file, a `file:`, `http:` or `data:` URL, or the bytes of a file: the bytes of one come back, metadata included. */
  (
    photo: string | URL | Uint8Array,
    options?: Partial<Options> & CommonOptions<Report> & PlaceOptions & FileOptions & { output?: undefined },
  ): Promise<Buffer>;
  /** A sharp instance, with all that it was told to do before; a new one comes back, to go on with. */
  (photo: Sharp, options?: Partial<Options> & CommonOptions<Report> & PlaceOptions): Promise<Sharp>;
  /** Samples `[h, w]` or `[h, w, 1..4]`: uint8 0..255, uint16 0..65535, float32 0..1; alpha last, and kept. */
  <T extends Samples>(
    photo: NdArray<T>,
    options?: Partial<Options> & CommonOptions<Report> & PlaceOptions,
  ): Promise<NdArray<T>>;
  /** A canvas's pixels; alpha is kept. */
  <T extends ImageDataLike>(photo: T, options?: Partial<Options> & CommonOptions<Report> & PlaceOptions): Promise<T>;

  /**
   * A stream that takes the bytes of a picture file and gives those of the result, for `stream.pipeline`. Destroying it
   * aborts the work.
   *
   * @throws PerpixelError E_OPTION at once, where an option is wrong
   */
  stream(options?: StreamOptions<Options>): Duplex;
  /**
   * Opens what calls with these options need and runs it once, on the corner of a photo, so that the next call does not wait for that.
   *
   * @param photo one like those to come, as not all need the same models. @default a small one of noise
   */
  warmUp(photo?: Photo, options?: Partial<Options> & CommonOptions<Report> & PlaceOptions): Promise<void>;
}

/**
 * A task whose result is not the photo as a call: a photo in, its depth, normals, labels or the like back.
 *
 * @throws PerpixelError by rejecting: E_OPTION (a wrong or unknown option), E_READ, E_FORMAT, E_WRITE, E_MODEL, E_ENGINE,
 *   E_MEMORY; and the signal's reason where that aborts
 */
export interface AnswerCall<Options, Value, Report = Record<string, unknown>> {
  /** The result as a file, in the format of its name; its path comes back. */
  (photo: Photo, options: Partial<Options> & AnswerOptions<Report> & { output: string }): Promise<string>;
  /** The result in colours to look at, bytes `[h, w, 3]`. */
  (
    photo: Photo,
    options: Partial<Options> & AnswerOptions<Report> & { output?: undefined; coloured: true },
  ): Promise<NdArray<Uint8Array>>;
  /** The result itself; a map as an ndarray, `[h, w, 1]` or `[h, w, 3]`. */
  (photo: Photo, options?: Partial<Options> & AnswerOptions<Report> & { output?: undefined }): Promise<Value>;

  /**
   * A stream that takes the bytes of a picture file and gives those of the result's file, in its usual format unless `encoding` says
   * another. Destroying it aborts the work.
   *
   * @throws PerpixelError E_OPTION at once, where an option is wrong
   */
  stream(options?: Partial<Options> & Omit<AnswerOptions<Report>, 'output'>): Duplex;
  /**
   * Opens what calls with these options need and runs it once, on the corner of a photo, so that the next call does not wait for that.
   *
   * @param photo one like those to come. @default a small one of noise
   */
  warmUp(photo?: Photo, options?: Partial<Options> & Omit<AnswerOptions<Report>, 'output' | 'picture'>): Promise<void>;
}

/** The call of a task: from photo to photo, or from photo to result. */
export type CallOf<T> =
  ValueOf<T> extends Raster ? PhotoCall<OptionsOf<T>, ReportOf<T>> : AnswerCall<OptionsOf<T>, ValueOf<T>, ReportOf<T>>;

/** Where a call is done and how it gets there. */
export interface Workplace {
  executor: Executor;
  turnstile: Turnstile;
}

/** Makes the call of a task. @param workplaceOf by the call's option `worker` */
export function callOf<T extends AnyTask>(task: T, workplaceOf: (worker: boolean | undefined) => Workplace): CallOf<T> {
  const { answer } = task as Task;
  const known = answer.isPhoto ? photoCallOptions : answerCallOptions;

  const run = async (photo: unknown, options: object, asFile = false): Promise<unknown> => {
    const { common, own } = checkOptions(known, task, options);
    const {
      signal,
      onProgress,
      onReport,
      worker,
      output,
      encoding = {},
      tile,
      quality,
      limitPixels,
      region,
      priority,
      latest,
      bitDepth,
      picture,
      pictured,
      coloured,
    } = common;
    requireColours(task, pictured, coloured);
    const kind = kindOf(photo);
    if (answer.isPhoto) {
      if ((output !== undefined || 'encoding' in options) && !isFile(photo)) throw notForFiles(output);
      if (output !== undefined && encoding.format === undefined) requireFormat(output, task);
    }
    const written = answer.isPhoto
      ? {}
      : { bitDepth, ...(output !== undefined && { format: requireFormat(output, task) }) };
    const { executor, turnstile } = workplaceOf(worker);
    return turnstile.pass(
      async (aborted) => {
        const opened = await kind.open(aborted);
        const job: Job = {
          task: task.name,
          module: task.module?.toString(),
          photo: opened,
          options: await plainCompanions(task.options, own, aborted),
          tile,
          quality,
          limitPixels,
          region,
          stoppable: signal !== undefined,
          output,
          asFile,
          encoding: { ...(answer.isPhoto && kind.encoding), ...encoding, ...written },
          picture,
          pictured,
          coloured,
        };
        const result = await asFailure(aborted, onProgress, (context) => executor.run(task, job, context));
        onReport?.(result.report);
        if (output !== undefined) return output;
        if (answer.isPhoto) return kind.wrap(result);
        return asFile ? result.bytes : result.value;
      },
      { signal, priority, latest },
    );
  };

  const call = (photo: unknown, options: object = {}) => run(photo, options);
  const stream = (options: { signal?: AbortSignal } = {}) => {
    checkOptions(known, task, options);
    const each = (photo: Buffer, signal: AbortSignal) => run(photo, { ...options, signal }, true) as Promise<Buffer>;
    return photoStream(each, options.signal);
  };
  const warmUp = async (photo: unknown = sample(), options: object = {}) => {
    await run(photo, answer.isPhoto || answer.map || answer.part ? { ...options, region: CORNER } : options);
  };
  return Object.assign(call, { stream, warmUp }) as unknown as CallOf<T>;
}

/** What a call is warmed up with. */
const CORNER = { y: 0, x: 0, height: 1, width: 1 };
const SIDE = 64;

/** Noise, as a photo without any needs no network. */
function sample(): NdArray<Uint8Array> {
  const draw = random(1);
  return ndarray(
    Uint8Array.from({ length: SIDE * SIDE * 3 }, () => draw.integer(256)),
    [SIDE, SIDE, 3],
  );
}

/** @throws PerpixelError E_OPTION where results have no such pictures, or not with these options */
function requireColours({ name, answer }: AnyTask, pictured: object | undefined, coloured = false): void {
  if (pictured && answer.pictureOptions)
    parseOptions(answer.pictureOptions, pictured, (option) => `pictured.${option}`);
  if (!coloured || (answer.picture && answer.map)) return;
  throw new PerpixelError({
    code: 'E_OPTION',
    subject: 'coloured',
    received: `${name}, whose results are no maps`,
    expected: 'a task whose results are maps',
    cure: 'Leave it out.',
  });
}

function isFile(photo: unknown): boolean {
  return typeof photo === 'string' || photo instanceof URL || photo instanceof Uint8Array;
}

/** The format that the name of the output asks for. @throws PerpixelError E_OPTION where results have no such format */
function requireFormat(output: string, { name, answer }: AnyTask): string {
  const asked = formatNamed(answer, output);
  if (asked !== undefined) return asked;
  throw new PerpixelError({
    code: 'E_OPTION',
    subject: 'output',
    received: output,
    expected: `a name that ends in .${answer.formats.join(' or .')}`,
    cure: `Name the file by its format: ${answer.isPhoto ? 'x' : `x.${name}`}.${answer.isPhoto ? 'png' : answer.formats[0]}.`,
  });
}

function notForFiles(output: string | undefined): PerpixelError {
  return new PerpixelError({
    code: 'E_OPTION',
    subject: output === undefined ? 'encoding' : 'output',
    received: 'a photo that is no file',
    expected: 'a path, a URL or the bytes of a file',
    cure: 'Leave it out, and write the result yourself.',
  });
}
