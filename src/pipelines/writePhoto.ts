import { copyFile, readFile } from 'node:fs/promises';
import { bufferOver } from '../core/bufferOver.js';
import { type WriteOptions, writeWhole } from '../core/files/writeWhole.js';
import { noticesOf } from '../images/encoded.js';
import type { EncodeOptions } from '../images/encodeOptions.js';
import { type Edit, editBuffer, editFile } from '../images/formats/edits.js';
import { convertedFormatNamed, outputFormatOfName, writtenAs } from '../images/formats/lookup.js';
import type { Raster } from '../images/raster.js';
import type { Source } from '../images/sources/source.js';
import type { Result } from '../tasks/result.js';
import { contentBytes, writeContent } from './writeContent.js';

/** A restored photo and where it came from. */
export interface RestoredPhoto {
  raster: Raster;
  source: Source;
  /** What was done to it. */
  results: readonly Pick<Result, 'isUnchanged'>[];
}

/**
 * Whether a photo can be copied, bit for bit, in place of being encoded again: nothing was changed in it, nothing about its file is
 * to change, and the file is whole. One that lies on its side stays so, but for its `copyEdits`.
 */
export function staysAsItCame({ raster, results }: RestoredPhoto, { format, ...encoding }: EncodeOptions): boolean {
  const isSameFormat = (format ?? writtenAs(raster.metadata.format)) === raster.metadata.format;
  const isSameEncoding = Object.values(encoding).every((value) => value === undefined);
  const isUntouched = results.length > 0 && results.every(({ isUnchanged }) => isUnchanged);
  return isUntouched && isSameFormat && isSameEncoding && !raster.metadata.isMended;
}

/**
 * The quality, at least, at which a photo is written that was restored: at its own, blocks and blur of the file would come back that were
 * just taken out. With colour at the full size, as that was restored too.
 */
const RESTORED_QUALITY = 98;

/** What is asked for, and of a restored JPEG or lossy WebP a quality that is worth what was done. */
function encodingFor({ raster: { metadata }, results }: RestoredPhoto, encoding: EncodeOptions): EncodeOptions {
  const isOwn = encoding.quality === undefined && (encoding.format ?? metadata.format) === metadata.format;
  const isRestored = results.some(({ isUnchanged }) => !isUnchanged);
  if (!isOwn || !isRestored || metadata.quality === undefined) return encoding;
  const { chromaSubsampling = '4:4:4' } = encoding;
  return { ...encoding, chromaSubsampling, quality: Math.max(metadata.quality, RESTORED_QUALITY) };
}

const edited = (bytes: Uint8Array, edits: readonly Edit[]): Uint8Array =>
  edits.length > 0 ? editBuffer(bufferOver(bytes), edits) : bytes;

/** Writes a restored photo whole or not at all. @returns what is not kept; see `noticesOf` */
export async function writePhoto(
  photo: RestoredPhoto,
  file: string,
  encoding: EncodeOptions,
  options?: WriteOptions,
): Promise<string[]> {
  const { raster, source } = photo;
  const { copyEdits = [] } = raster.metadata;
  if (staysAsItCame(photo, encoding)) {
    if ('path' in source) {
      await writeWhole(
        file,
        async (temporary) => {
          await copyFile(source.path, temporary);
          await editFile(temporary, copyEdits);
        },
        options,
      );
      return [];
    }
    if ('bytes' in source) {
      await writeContent(edited(source.bytes, copyEdits), file, {}, options);
      return [];
    }
  }
  // A HEIC photo that is called x.jpg, as some programs call it, has a result of that name.
  const named = convertedFormatNamed(raster.metadata.format) && { format: outputFormatOfName(file) };
  const asked = encodingFor(photo, { ...encoding, format: encoding.format ?? named?.format });
  await writeContent(raster, file, asked, options);
  return noticesOf(raster, encoding);
}

/** The bytes of the file that `writePhoto` writes, and what is not kept. */
export async function photoBytes(
  photo: RestoredPhoto,
  encoding: EncodeOptions,
): Promise<{ bytes: Uint8Array; notices: string[] }> {
  const { raster, source } = photo;
  const { copyEdits = [] } = raster.metadata;
  if (staysAsItCame(photo, encoding)) {
    const bytes = 'path' in source ? await readFile(source.path) : 'bytes' in source ? source.bytes : undefined;
    if (bytes) return { bytes: edited(bytes, copyEdits), notices: [] };
  }
  return { bytes: await contentBytes(raster, encodingFor(photo, encoding)), notices: noticesOf(raster, encoding) };
}
