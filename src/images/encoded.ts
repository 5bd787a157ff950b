import { PerpixelError } from '../core/errors.js';
import { type EncodeOptions, encodingOf } from './encodeOptions.js';
import { fitted, fittedMetadata } from './fitted.js';
import type { Encoded, ImageFormat } from './formats/format.js';
import { convertedFormatNamed } from './formats/lookup.js';
import type { Raster } from './raster.js';

/**
 * A picture in the format that the options ask for.
 *
 * @throws PerpixelError E_SIZE sides that the format cannot have; E_FORMAT more metadata than it has room for
 */
export async function encoded(raster: Raster, options: EncodeOptions): Promise<Encoded> {
  const { format, encoding } = encodingOf(raster.metadata, options);
  requireSides(raster, format);
  return format.write(fitted(raster, format, encoding), encoding);
}

/**
 * What is not kept where a picture is written so: what its file had and it has not, and what the format has no room for. Each in
 * a few words, the same for the same kind of loss: `the gain map (HDR) is not kept`.
 *
 * @example
 * noticesOf(raster, { format: 'jpeg' }); // ['alpha is not kept: the picture is laid over white, as JPEG has no transparency']
 */
export function noticesOf(raster: Raster, options: EncodeOptions = {}): string[] {
  const { format } = encodingOf(raster.metadata, options);
  const { notices } = fittedMetadata(raster, format);
  const input = options.format === undefined ? convertedFormatNamed(raster.metadata.format) : undefined;
  return input
    ? [`the result of a ${input.title} photo is ${format.title}, where nothing else is asked for`, ...notices]
    : notices;
}

function requireSides({ pixels }: Raster, { longestSide, title }: ImageFormat): void {
  const [height, width] = pixels.shape;
  if (longestSide === undefined || Math.max(height, width) <= longestSide) return;
  throw new PerpixelError({
    code: 'E_SIZE',
    received: `${width} x ${height} pixels`,
    expected: `sides of at most ${longestSide} pixels in a ${title}`,
    cure: 'Write PNG or TIFF, or cut it into parts first.',
  });
}
