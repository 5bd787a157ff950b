import sharp from 'sharp';
import type { Pixels } from '../../images/raster.js';

/** A picture of 0..1, of 1 or 3 channels, as an 8-bit PNG that stands in a page itself. */
export async function pngDataUri({ data, shape: [height, width, channels] }: Pixels): Promise<string> {
  const bytes = Uint8ClampedArray.from(data, (v) => 255 * v);
  const png = await sharp(bytes, { raw: { width, height, channels: channels as 1 | 3 } })
    .png()
    .toBuffer();
  return `data:image/png;base64,${png.toString('base64')}`;
}
