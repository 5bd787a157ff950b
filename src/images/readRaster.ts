import { stat } from 'node:fs/promises';
import { PerpixelError } from '../core/errors.js';
import { ByteSource } from './byteSource.js';
import { containers } from './containers/containers.js';
import { formatOf, HEAD_LENGTH } from './formatOf.js';
import { readNpy } from './formats/npy.js';
import { readPfm } from './formats/pfm.js';
import { readCoded } from './formats/readCoded.js';
import { takeOrientation, uprightXmp } from './orientation.js';
import type { Format, Metadata, Raster } from './raster.js';

/** How a picture is read. */
export interface ReadOptions {
  signal?: AbortSignal;
}

/**
 * Reads a picture: JPEG, PNG, WebP, AVIF, TIFF (8 and 16 bits, float), NPY or PFM, told apart by content. Samples are
 * those of the file, no colour is converted; orientation is applied to the pixels and set to 1 in the EXIF kept.
 *
 * @param source path, or the file's bytes
 * @throws PerpixelError E_READ (missing, no permission, empty, cut off), E_FORMAT (unknown kind, CMYK, animation, pages)
 *
 * @example
 * const { pixels, metadata } = await readRaster('IMG_0042.tif'); // pixels.shape: [4000, 6000, 3], metadata.bitDepth: 16
 */
export async function readRaster(source: string | Buffer, { signal }: ReadOptions = {}): Promise<Raster> {
  signal?.throwIfAborted();
  try {
    const file = await openSource(source);
    try {
      const format = formatOf(await file.read(0, HEAD_LENGTH));
      if (format === 'npy') return await readNpy(file);
      if (format === 'pfm') return await readPfm(file);
      return await readWithMetadata(source, file, format, signal);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof PerpixelError && typeof source === 'string') throw error.about(source);
    throw error;
  }
}

async function readWithMetadata(
  source: string | Buffer,
  file: ByteSource,
  format: Exclude<Format, 'npy' | 'pfm'>,
  signal: AbortSignal | undefined,
): Promise<Raster> {
  const stated = await statedMetadata(file, format);
  let orientation = 1;
  if (stated.exif) {
    const upright = takeOrientation(stated.exif);
    // AVIF turns by properties of its own, which the decoder obeys; its EXIF only repeats them.
    if (format !== 'avif') orientation = upright.orientation;
    stated.exif = upright.exif;
  }
  if (stated.xmp) stated.xmp = uprightXmp(stated.xmp);
  signal?.throwIfAborted();
  const { metadata, ...picture } = await readCoded(source, orientation);
  signal?.throwIfAborted();
  return { ...picture, metadata: { ...metadata, ...stated, format } };
}

/** What the container states; a damaged one is an error of reading like any other. */
async function statedMetadata(file: ByteSource, format: Exclude<Format, 'npy' | 'pfm'>): Promise<Partial<Metadata>> {
  try {
    return await containers[format].read(file);
  } catch (cause) {
    if (cause instanceof PerpixelError) throw cause;
    throw new PerpixelError({
      code: 'E_READ',
      received: `a ${format.toUpperCase()} whose headers make no sense`,
      expected: 'a whole picture',
      cure: 'The file is damaged: copy or download it again.',
      cause,
    });
  }
}

async function openSource(source: string | Buffer): Promise<ByteSource> {
  const file = typeof source === 'string' ? await openFile(source) : ByteSource.ofBuffer(source);
  if (file.size > 0) return file;
  await file.close();
  throw unreadable('an empty file', 'Copy or download it again.');
}

async function openFile(path: string): Promise<ByteSource> {
  try {
    if ((await stat(path)).isDirectory())
      throw unreadable('a folder', 'Name a file in it, or give the folder to the command.');
    return await ByteSource.ofFile(path);
  } catch (error) {
    if (error instanceof PerpixelError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw unreadable('no such file', 'Check its name.', error);
    if (code === 'EACCES' || code === 'EPERM') {
      throw unreadable('no permission to read it', 'Change its permissions, or run as a user who may.', error);
    }
    throw unreadable(message, 'Check the disk it is on.', error);
  }
}

function unreadable(received: string, cure: string, cause?: unknown): PerpixelError {
  return new PerpixelError({ code: 'E_READ', received, expected: 'a picture', cure, cause });
}
