import type { Duplex } from 'node:stream';
import type { NdArray } from 'ndarray';
import type { Sharp } from 'sharp';
import { PerpixelError } from '../core/errors.js';
import type { Samples } from '../images/raster.js';
import { formatOfName } from '../pipelines/formatOfName.js';
import type { Job } from '../pipelines/run/job.js';
import type { Task } from '../tasks/task.js';
import { asFailure } from './asFailure.js';
import {
  type CommonOptions,
  checkOptions,
  type FileOptions,
  type PlaceOptions,
  photoCallOptions,
} from './callOptions.js';
import type { ImageDataLike } from './kinds/imageDataKind.js';
import { kindOf } from './kinds/kindOf.js';
import { photoStream } from './photoStream.js';
import type { Way } from './workplace.js';

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
export interface PhotoCall<Options> {
  /** A file into another file; its path comes back. */
  (
    photo: string | URL | Uint8Array,
    options: Partial<Options> & CommonOptions & PlaceOptions & FileOptions & { output: string },
  ): Promise<string>;
  /** A file, a `file:`, `http:` or `data:` URL, or the bytes of a file: the bytes of one come back, metadata included. */
  (
    photo: string | URL | Uint8Array,
    options?: Partial<Options> & CommonOptions & PlaceOptions & FileOptions & { output?: undefined },
  ): Promise<Buffer>;
  /** A sharp instance, with all that it was told to do before; a new one comes back, to go on with. */
  (photo: Sharp, options?: Partial<Options> & CommonOptions & PlaceOptions): Promise<Sharp>;
  /** Samples `[h, w]` or `[h, w, 1..4]`: uint8 0..255, uint16 0..65535, float32 0..1; alpha last, and kept. */
  <T extends Samples>(
    photo: NdArray<T>,
    options?: Partial<Options> & CommonOptions & PlaceOptions,
  ): Promise<NdArray<T>>;
  /** A canvas's pixels; alpha is kept. */
  <T extends ImageDataLike>(photo: T, options?: Partial<Options> & CommonOptions & PlaceOptions): Promise<T>;

  /**
   * A stream that takes the bytes of a picture file and gives those of the result, for `stream.pipeline`. Destroying it
   * aborts the work.
   *
   * @throws PerpixelError E_OPTION at once, where an option is wrong
   */
  stream(options?: StreamOptions<Options>): Duplex;
}

/** Makes the call of a task. @param wayOf by the call's option `worker` */
export function photoCall<Options, Facts>(
  task: Task<Options, Facts>,
  wayOf: (worker: boolean | undefined) => Way,
): PhotoCall<Options> {
  const call = async (photo: unknown, options: object = {}): Promise<unknown> => {
    const { common, own } = checkOptions(photoCallOptions, task, options);
    const { signal, onProgress, onReport, worker, output, encoding, tile, quality } = common;
    const kind = kindOf(photo);
    if ((output !== undefined || 'encoding' in options) && !isFile(photo)) throw notForFiles(output);
    if (output !== undefined && encoding.format === undefined) requireFormat(output);
    const { place, turnstile } = wayOf(worker);
    return turnstile.pass(async (aborted) => {
      const opened = await kind.open(aborted);
      const job: Job = {
        photo: opened,
        options: own,
        tile,
        quality,
        stoppable: signal !== undefined,
        output,
        encoding: { ...kind.encoding, ...encoding },
      };
      const result = await asFailure(aborted, onProgress, (context) => place.run(task, job, context));
      onReport?.(result.report);
      return output ?? kind.wrap(result);
    }, signal);
  };
  const stream = (options: StreamOptions<Options> = {}) => {
    checkOptions(photoCallOptions, task, options);
    return photoStream((photo, signal) => call(photo, { ...options, signal }) as Promise<Buffer>, options.signal);
  };
  return Object.assign(call as PhotoCall<Options>, { stream });
}

/** @throws PerpixelError E_OPTION where the name asks for no format that is written */
function requireFormat(output: string): void {
  if (formatOfName(output) !== undefined) return;
  throw new PerpixelError({
    code: 'E_OPTION',
    subject: 'output',
    received: output,
    expected: 'a name that ends in .jpg, .png, .webp, .avif, .tif, .npy or .pfm',
    cure: 'Name the file by its format, or say it: encoding: { format }.',
  });
}

function isFile(photo: unknown): boolean {
  return typeof photo === 'string' || photo instanceof URL || photo instanceof Uint8Array;
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
