import { createWriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { unwritable } from '../core/files/unwritable.js';
import { ByteSource } from './byteSource.js';
import { metadataEdits } from './containers/containers.js';
import { editFile } from './containers/edits.js';
import { type EncodeOptions, encodingOf } from './encodeOptions.js';
import { encodePixels } from './encodePixels.js';
import type { Raster } from './raster.js';

/**
 * Writes a picture straight to `path`: in the format, bit depth, quality and compression it came with unless asked
 * otherwise, with its profile, EXIF, XMP and IPTC where the format has room for them. Pixels go from where they lie
 * through the encoder to the disk, so that nothing large is held beside them. A file that could not be finished is
 * removed.
 *
 * @throws PerpixelError E_WRITE (no permission, no folder, disk full), E_FORMAT (metadata too large for the format)
 *
 * @example
 * await writeRaster(raster, 'clean/IMG_0042.tif');
 */
export async function writeRaster(raster: Raster, path: string, options: EncodeOptions = {}): Promise<void> {
  const encoding = encodingOf(raster.metadata, options);
  try {
    // Opened first by ourselves: an errno says more than the encoder's message.
    await (await open(path, 'w')).close();
  } catch (error) {
    throw unwritable(path, error);
  }
  try {
    const encoded = await encodePixels(raster, encoding);
    if (Array.isArray(encoded)) await pipeline(Readable.from(encoded), createWriteStream(path));
    else await encoded.toFile(path);
    const written = await ByteSource.ofFile(path);
    const edits = await metadataEdits(written, encoding.format, raster.metadata).finally(written.close);
    await editFile(path, edits);
  } catch (error) {
    await rm(path, { force: true });
    throw unwritable(path, error);
  }
}
