import { ByteSource } from './byteSource.js';
import { metadataEdits } from './containers/containers.js';
import { editBuffer } from './containers/edits.js';
import { type EncodeOptions, encodingOf } from './encodeOptions.js';
import { encodePixels } from './encodePixels.js';
import type { Raster } from './raster.js';

/**
 * The bytes of a picture file, with all metadata that the format has room for; see `writeRaster`, which holds less in
 * memory. The same raster gives the same bytes.
 *
 * @example
 * const bytes = await encodeRaster(raster, { format: 'png' });
 */
export async function encodeRaster(raster: Raster, options: EncodeOptions = {}): Promise<Buffer> {
  const encoding = encodingOf(raster.metadata, options);
  const encoded = await encodePixels(raster, encoding);
  const bytes = Array.isArray(encoded) ? Buffer.concat(encoded) : await encoded.toBuffer();
  return editBuffer(bytes, await metadataEdits(ByteSource.ofBuffer(bytes), encoding.format, raster.metadata));
}
