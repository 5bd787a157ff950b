import { PerpixelError } from '../core/errors.js';
import { ByteSource } from './byteSource.js';
import type { ReadOptions } from './formats/format.js';
import { formatOf, HEAD_LENGTH } from './formats/lookup.js';
import type { Raster } from './raster.js';

/**
 * Reads a picture: JPEG, PNG, WebP, AVIF, TIFF (8 and 16 bits, float), NPY or PFM, told apart by content. Samples are
 * those of the file, no colour is converted; orientation is applied to the pixels and set to 1 in the EXIF and XMP kept.
 * What the file has and the raster has not is told of in `metadata.notices`.
 *
 * @param source path, or the file's bytes
 * @throws PerpixelError E_READ (missing, no permission, empty, cut off, no file), E_FORMAT (a kind that is not handled: CMYK,
 *   animation, pages), E_SIZE (more pixels than `limitPixels`)
 *
 * @example
 * const { pixels, metadata } = await readRaster('IMG_0042.tif'); // pixels.shape: [4000, 6000, 3], metadata.bitDepth: 16
 */
export async function readRaster(source: string | Buffer, options: ReadOptions = {}): Promise<Raster> {
  const { signal } = options;
  signal?.throwIfAborted();
  try {
    const file = await openSource(source);
    try {
      const format = formatOf(await file.read(0, HEAD_LENGTH));
      const raster = await format.read(file, options);
      signal?.throwIfAborted();
      return { ...raster, metadata: { ...raster.metadata, format: raster.metadata.format ?? format.name } };
    } finally {
      await file.close();
    }
  } catch (cause) {
    signal?.throwIfAborted();
    const error = isOutOfBounds(cause) ? damaged(cause) : cause;
    if (error instanceof PerpixelError && typeof source === 'string') throw error.about(source);
    throw error;
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
    return await ByteSource.ofFile(path);
  } catch (error) {
    if (error instanceof PerpixelError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    // Names are read as UTF-8; of what is none, the file cannot be found again.
    if (code === 'ENOENT' && path.includes('\uFFFD')) {
      throw unreadable('a file whose name is not UTF-8', 'Give it another name.', error);
    }
    if (code === 'ENOENT' || code === 'ENOTDIR') throw unreadable('no such file', 'Check its name.', error);
    if (code === 'EACCES' || code === 'EPERM') {
      throw unreadable('no permission to read it', 'Change its permissions, or run as a user who may.', error);
    }
    // A socket, or a device that is not there.
    if (code === 'ENXIO' || code === 'ENODEV') throw unreadable('no file', 'Name a file.', error);
    throw unreadable(message, 'Check the disk it is on.', error);
  }
}

/** Whether a reader ran past the end of what there is: a length in the file is a lie. */
function isOutOfBounds(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === 'ERR_OUT_OF_RANGE' || code === 'ERR_BUFFER_OUT_OF_BOUNDS' || code === 'ERR_BUFFER_TOO_LARGE';
}

function damaged(cause: unknown): PerpixelError {
  return unreadable('a file whose parts do not fit together', 'The file is damaged: copy or download it again.', cause);
}

function unreadable(received: string, cure: string, cause?: unknown): PerpixelError {
  return new PerpixelError({ code: 'E_READ', received, expected: 'a picture', cure, cause });
}
