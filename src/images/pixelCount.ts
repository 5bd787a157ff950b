import { PerpixelError } from '../core/errors.js';
import { requireSize } from './pixelLimit.js';
import { readRaster } from './readRaster.js';

/**
 * How many pixels a picture file has. Reads no further than to where the file says so, and decodes nothing.
 *
 * @throws PerpixelError E_READ, E_FORMAT, E_SIZE as `readRaster`, as far as they show before the pixels
 */
export async function pixelCount(file: string, { limitPixels }: { limitPixels?: number } = {}): Promise<number> {
  const { height, width } = await sizeOf(file);
  try {
    requireSize(height, width, limitPixels);
  } catch (error) {
    throw (error as PerpixelError).about(file);
  }
  return height * width;
}

/** Every reader refuses a picture that is too large before it decodes it, and says how large it is. */
async function sizeOf(file: string): Promise<{ height: number; width: number }> {
  try {
    const [height, width] = (await readRaster(file, { limitPixels: 0 })).pixels.shape;
    return { height, width };
  } catch (error) {
    if (error instanceof PerpixelError && error.code === 'E_SIZE')
      return error.cause as { height: number; width: number };
    throw error;
  }
}
