import type { Raster } from '../../raster.js';
import { stripFile } from './stripFile.js';
import { stripPicture } from './stripPicture.js';

/**
 * A float32 TIFF, little endian, in strips, without compression or with deflate. libvips reads such files as they are,
 * but what sharp hands it as floats it takes for 16-bit samples, so these bytes are written here.
 */
export function encodeFloatTiff({ pixels, alpha }: Raster, compression: string): Promise<Buffer[]> {
  return stripFile({ ...stripPicture(pixels, alpha), isDeflated: compression !== 'none' });
}
