import * as z from 'zod';
import type { AnswerEncoding } from '../answers/answer.js';
import { PerpixelError } from '../core/errors.js';
import { parseOptions } from '../core/parseOptions.js';
import type { EncodeOptions } from '../images/encodeOptions.js';
import { formatNames, formatOfName } from '../images/formats/lookup.js';
import type { Window } from '../images/readWindow.js';
import type { Quality } from '../tasks/task.js';

/** What every call understands, whatever its task. */
export interface CommonOptions<Report = Record<string, unknown>> {
  /**
   * Rejects the call at once, with the signal's reason, and ends its work and frees its memory a tenth of a second later. For
   * that, calls with a signal share a model of their own, in a process that can be ended (see OpenOptions.stoppable).
   */
  signal?: AbortSignal;
  /**
   * Called with 0..1 after each tile, or each strip of a map, and at least every half second: in between, with what is reckoned from the
   * time of those before.
   */
  onProgress?: (share: number) => void;
  /** Called with what the task found out: the noise level, for one. */
  onReport?: (report: Report) => void;
  /** @default 'balanced' */
  quality?: Quality;
  /** Largest side of a tile, in pixels. @default 1024 */
  tile?: number;
  /** Pixels that a photo, or a picture beside it, may have; a larger one rejects with E_SIZE. @default 268402689, as sharp */
  limitPixels?: number;
  /**
   * Which pixels of the photo the result is of, upright: what the whole would have there, to 1e-4. What is measured, such as noise, is
   * measured in the whole photo; the networks that restore it run about the region alone. Rejects with E_SIZE where it does not lie in
   * the photo. @default all
   */
  region?: Window;
  /** Among the calls that wait, higher ones are next. @default 0 */
  priority?: number;
  /**
   * What the call is for, any word: while one of a word is in work, a newer one takes the place of the one that waits, which rejects with
   * an AbortError. A slider that calls at every move so shows the last one, and as many between as there is time for.
   * @default no call takes the place of another
   */
  latest?: string;
}

/** For photos that are files or the bytes of files. */
export interface FileOptions {
  /** The file to write, whole or not at all, in the format of its name; an existing one is replaced. @default bytes come back */
  output?: string;
  /** Format, quality and so on. @default as the photo came */
  encoding?: EncodeOptions;
}

/** What every call for a result that is not the photo understands, whatever its task. */
export interface AnswerOptions<Report = Record<string, unknown>>
  extends Omit<CommonOptions<Report>, 'tile'>,
    Pick<FileOptions, 'output'>,
    PlaceOptions {
  /** Bits a sample in a PNG of normals. @default 8 */
  bitDepth?: 8 | 16;
  /** A PNG to write as well: the result in colours to look at, and below it what they mean. An existing one is replaced. */
  picture?: string;
  /** How pictures show the result: of depth `colours`, `near` and `far`. */
  pictured?: Readonly<Record<string, unknown>>;
  /** The result comes back in the colours of such a picture: bytes, `[h, w, 3]`. @default false */
  coloured?: boolean;
  /** Of a stream: the format of its result. @default the answer's usual one */
  encoding?: AnswerEncoding;
}

/** Where the work is done. */
export interface PlaceOptions {
  /**
   * In a thread of its own, so that this one's event loop is never held up. The thread has sessions of its own, shared by all
   * calls that ask for it.
   * @default false
   */
  worker?: boolean;
}

const listener = <Value>() =>
  z.custom<(value: Value) => void>((value) => typeof value === 'function', 'a function').optional();

/** What calls from photo to photo understand. */
export const photoCallOptions = z.object({
  signal: z.instanceof(AbortSignal, { error: 'an AbortSignal' }).optional(),
  onProgress: listener<number>(),
  onReport: listener<Record<string, unknown>>(),
  quality: z.enum(['fast', 'balanced', 'best']).optional(),
  tile: z.int().min(1).optional(),
  limitPixels: z.int().min(1).optional(),
  region: z.object({ y: z.int().min(0), x: z.int().min(0), height: z.int().min(1), width: z.int().min(1) }).optional(),
  priority: z.number().optional(),
  latest: z.string().optional(),
  worker: z.boolean().optional(),
  output: z.string().min(1).optional(),
  encoding: z
    .object({
      format: z.enum(formatNames),
      bitDepth: z.literal([8, 16, 32]),
      quality: z.int().min(1).max(100),
      chromaSubsampling: z.enum(['4:4:4', '4:2:0']),
      lossless: z.boolean(),
      compression: z.string(),
    })
    .partial()
    .default({}),
});

/** What calls from photo to other results understand. */
export const answerCallOptions = photoCallOptions.omit({ tile: true }).extend({
  bitDepth: z.literal([8, 16]).optional(),
  picture: z
    .string()
    .refine((file) => formatOfName(file) === 'png', 'a name that ends in .png')
    .optional(),
  pictured: z.record(z.string(), z.unknown()).optional(),
  coloured: z.boolean().optional(),
  encoding: z
    .object({ format: z.string(), bitDepth: z.literal([8, 16]) })
    .partial()
    .default({}),
});

/** What either kind of call may have been told. */
type CheckedCallOptions = z.output<typeof photoCallOptions> &
  Partial<Pick<z.output<typeof answerCallOptions>, 'bitDepth' | 'picture' | 'pictured' | 'coloured'>>;

/**
 * The options of a call and those of its task, apart.
 *
 * @throws PerpixelError E_OPTION for the first option that is wrong, or that nobody knows
 */
export function checkOptions<Options>(
  common: typeof photoCallOptions | typeof answerCallOptions,
  task: { options: z.ZodType<Options> },
  given: object,
): { common: CheckedCallOptions; own: Options } {
  const known = { ...common.shape, ...(task.options instanceof z.ZodObject ? task.options.shape : given) };
  const unknown = Object.keys(given).find((name) => !(name in known));
  if (unknown === undefined) {
    return {
      common: parseOptions(common as z.ZodType<CheckedCallOptions>, given),
      own: parseOptions(task.options, given),
    };
  }
  throw new PerpixelError({
    code: 'E_OPTION',
    subject: unknown,
    received: 'an option that is not known',
    expected: `one of ${Object.keys(known).sort().join(', ')}`,
    cure: 'Check its spelling.',
  });
}
