import { PerpixelError } from '../core/errors.js';
import { ByteSource } from './byteSource.js';
import { encoded } from './encoded.js';
import type { EncodeOptions } from './encodeOptions.js';
import { editBuffer } from './formats/edits.js';
import type { Raster } from './raster.js';

/**
 * The bytes of a picture file, with all metadata that the format has room for; see `writeRaster`, which holds less in
 * memory, and `noticesOf`, which tells what there is no room for. The same raster gives the same bytes.
 *
 * @throws PerpixelError E_SIZE sides that the format cannot have; E_FORMAT more metadata than it has room for; E_WRITE where the
 *   encoder fails
 *
 * @example
 * const bytes = await encodeRaster(raster, { format: 'png' });
 */
export async function encodeRaster(raster: Raster, options: EncodeOptions = {}): Promise<Buffer> {
  try {
    const { file, edits } = await encoded(raster, options);
    const bytes = Array.isArray(file) ? Buffer.concat(file) : await file.toBuffer();
    return edits ? editBuffer(bytes, await edits(ByteSource.ofBuffer(bytes))) : bytes;
  } catch (cause) {
    if (cause instanceof PerpixelError) throw cause;
    throw new PerpixelError({
      code: 'E_WRITE',
      received: 'a picture that cannot be encoded',
      expected: 'one that the format can hold',
      cure: 'Write PNG or TIFF.',
      cause,
    });
  }
}
