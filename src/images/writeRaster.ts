import { createWriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { unwritable } from '../core/files/unwritable.js';
import { ByteSource } from './byteSource.js';
import { encoded } from './encoded.js';
import type { EncodeOptions } from './encodeOptions.js';
import { editFile } from './formats/edits.js';
import type { Raster } from './raster.js';

/**
 * Writes a picture straight to `path`, in the format, bit depth, quality and compression it came with unless asked otherwise. Its profile,
 * EXIF, XMP and IPTC are written where the format has room for them; `noticesOf` lists what had none. Pixels go from where they lie through
 * the encoder to the disk, so that nothing large is held beside them. A file that could not be finished is removed.
 *
 * @throws PerpixelError E_WRITE (no permission, no folder, disk full), E_FORMAT (metadata too large for the format), E_SIZE (sides
 *   too long for it)
 *
 * @example
 * await writeRaster(raster, 'clean/IMG_0042.tif');
 */
export async function writeRaster(raster: Raster, path: string, options: EncodeOptions = {}): Promise<void> {
  try {
    // Opened first by ourselves: an errno says more than the encoder's message.
    await (await open(path, 'w')).close();
  } catch (error) {
    throw unwritable(path, error);
  }
  try {
    const { file, edits } = await encoded(raster, options);
    if (Array.isArray(file)) await pipeline(Readable.from(file), createWriteStream(path));
    else await file.toFile(path);
    if (edits) {
      const written = await ByteSource.ofFile(path);
      await editFile(path, await edits(written).finally(written.close));
    }
  } catch (error) {
    await rm(path, { force: true });
    throw unwritable(path, error);
  }
}
