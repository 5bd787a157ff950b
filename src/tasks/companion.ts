import * as z from 'zod';
import type { Raster } from '../images/raster.js';
import type { Photo } from '../images/sources/photo.js';
import type { Source } from '../images/sources/source.js';
import { type PairedKind, pairedFile } from './pairedFile.js';
import type { AboutPicture } from './task.js';

/**
 * A picture that belongs to a photo, such as a mask, a kernel or measured depth. It is a file, a folder of files named as the photos, or in
 * memory in any form that a photo can have.
 */
export type Companion = Photo | Source;

const COMPANION = 'companion';

/** The schema of an option that takes one. On the command line it is a path. @param words that stand for something else than a path */
export const companionOption = (describe: string, { words = [] }: { words?: readonly string[] } = {}) =>
  z
    .custom<Companion>(
      (value) => (typeof value === 'string' ? value !== '' : typeof value === 'object' && value !== null),
      {
        error: 'a path, a URL, the bytes of a file, a sharp instance, an ndarray or ImageData',
      },
    )
    .meta({ description: describe, [COMPANION]: words });

/** Names of the options of a schema that take companions. */
export function companionNames(schema: z.ZodType): string[] {
  return optionsOf(schema).flatMap(([name, option]) => (wordsOf(option) ? [name] : []));
}

/** The words that an option takes in place of a companion. */
export function companionWords(schema: z.ZodType, name: string): readonly string[] {
  const option = optionsOf(schema).find(([own]) => own === name)?.[1];
  return (option && wordsOf(option)) ?? [];
}

const optionsOf = (schema: z.ZodType): [string, z.ZodType][] =>
  schema instanceof z.ZodObject ? (Object.entries(schema.shape) as [string, z.ZodType][]) : [];

function wordsOf(option: z.ZodType): readonly string[] | undefined {
  if (option instanceof z.ZodOptional) return wordsOf(option.unwrap() as z.ZodType);
  return option.meta()?.[COMPANION] as readonly string[] | undefined;
}

/** A task's options with every companion that is held in memory as plain data, so that they can go to another thread. */
export async function plainCompanions<Options>(
  schema: z.ZodType<Options>,
  options: Options,
  signal?: AbortSignal,
): Promise<Options> {
  const { kindOf } = await import('../images/sources/kindOf.js');
  const plain = { ...options } as Record<string, unknown>;
  for (const name of companionNames(schema)) {
    const given = plain[name] as Companion | undefined;
    if (given === undefined || typeof given === 'string' || isSource(given)) continue;
    plain[name] = await kindOf(given).open(signal);
  }
  return plain as Options;
}

/** A companion that was read, and its name for errors. */
export interface ReadCompanion {
  raster: Raster;
  /** Its file; what it is where it has none. */
  subject: string;
}

/**
 * Reads the companion of a photo.
 *
 * @throws PerpixelError E_READ where a folder has none for this photo, and what `readRaster` throws
 */
export async function readCompanion(
  given: Companion,
  kind: PairedKind,
  { file, signal, limitPixels }: AboutPicture,
): Promise<ReadCompanion> {
  // Loaded when they are needed: `--help` of the command is made from the tasks.
  const [{ kindOf }, { rasterOf }] = await Promise.all([
    import('../images/sources/kindOf.js'),
    import('../images/sources/source.js'),
  ]);
  const path = typeof given === 'string' ? await pairedFile(given, file, kind) : undefined;
  const source = path !== undefined ? { path } : isSource(given) ? given : await kindOf(given).open(signal);
  return { raster: await rasterOf(source, { signal, limitPixels }), subject: path ?? `the ${kind.name}` };
}

function isSource(given: Companion): given is Source {
  if (typeof given !== 'object' || given instanceof Uint8Array || given instanceof URL) return false;
  return (
    Object.getPrototypeOf(given) === Object.prototype && ('path' in given || 'bytes' in given || 'samples' in given)
  );
}
