import * as z from 'zod';
import { PerpixelError } from '../core/errors.js';
import type { EncodeOptions } from '../images/encodeOptions.js';
import { formatOfName } from '../pipelines/formatOfName.js';
import { parseOptions } from '../tasks/parseOptions.js';
import type { Quality } from '../tasks/task.js';

/** What every call understands, whatever its task. */
export interface CommonOptions {
  /**
   * Rejects the call at once, with the signal's reason, and ends its work and frees its memory a tenth of a second later. For
   * that, calls with a signal share a model of their own, in a process that can be ended (see OpenOptions.stoppable).
   */
  signal?: AbortSignal;
  /** Called with 0..1 after each tile, or each strip of a map. */
  onProgress?: (share: number) => void;
  /** Called with what the task found out: the noise level, for one. */
  onReport?: (report: Record<string, unknown>) => void;
  /** @default 'balanced' */
  quality?: Quality;
  /** Largest side of a tile, in pixels. @default 1024 */
  tile?: number;
}

/** For photos that are files or the bytes of files. */
export interface FileOptions {
  /** The file to write, whole or not at all, in the format of its name; an existing one is replaced. @default bytes come back */
  output?: string;
  /** Format, quality and so on. @default as the photo came */
  encoding?: EncodeOptions;
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
  worker: z.boolean().optional(),
  output: z.string().min(1).optional(),
  encoding: z
    .object({
      format: z.enum(['jpeg', 'png', 'webp', 'avif', 'tiff', 'npy', 'pfm']),
      bitDepth: z.literal([8, 16, 32]),
      quality: z.int().min(1).max(100),
      chromaSubsampling: z.enum(['4:4:4', '4:2:0']),
      lossless: z.boolean(),
      compression: z.string(),
    })
    .partial()
    .default({}),
});

/** What calls from photo to map understand. */
export const sceneCallOptions = photoCallOptions
  .pick({ signal: true, onProgress: true, onReport: true, quality: true, worker: true, output: true })
  .extend({
    bitDepth: z.literal([8, 16]).optional(),
    picture: z
      .string()
      .refine((file) => formatOfName(file) === 'png', 'a name that ends in .png')
      .optional(),
  });

/**
 * The options of a call and those of its task, apart.
 *
 * @throws PerpixelError E_OPTION for the first option that is wrong, or that nobody knows
 */
export function checkOptions<Common, Options>(
  common: z.ZodType<Common> & { shape: object },
  task: { options: z.ZodType<Options> },
  given: object,
): { common: Common; own: Options } {
  const known = { ...common.shape, ...(task.options instanceof z.ZodObject ? task.options.shape : given) };
  const unknown = Object.keys(given).find((name) => !(name in known));
  if (unknown === undefined)
    return {
      common: parseOptions(common, given),
      own: parseOptions(task.options, given),
    };
  throw new PerpixelError({
    code: 'E_OPTION',
    subject: unknown,
    received: 'an option that is not known',
    expected: `one of ${Object.keys(known).sort().join(', ')}`,
    cure: 'Check its spelling.',
  });
}
