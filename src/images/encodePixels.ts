import ndarray from 'ndarray';
import type { Sharp } from 'sharp';
import { convertSamples } from './convertSamples.js';
import type { Encoding } from './encodeOptions.js';
import { encodeCoded } from './formats/encodeCoded.js';
import { encodeFloatTiff } from './formats/floatTiff.js';
import { encodeNpy } from './formats/npy.js';
import { encodePfm } from './formats/pfm.js';
import type { Raster } from './raster.js';

/** The picture in its format, without metadata: a libvips pipeline still to run, or the file's bytes in parts. */
export async function encodePixels(raster: Raster, encoding: Encoding): Promise<Sharp | Buffer[]> {
  const { pixels, alpha } = raster;
  const converted: Raster = {
    ...raster,
    pixels: ndarray(convertSamples(pixels.data, encoding.bitDepth), pixels.shape),
    alpha: alpha && ndarray(convertSamples(alpha.data, encoding.bitDepth), alpha.shape),
  };
  if (encoding.format === 'npy') return encodeNpy(converted.pixels);
  if (encoding.format === 'pfm') return encodePfm(converted.pixels);
  if (encoding.bitDepth === 32) return encodeFloatTiff(converted, encoding.compression);
  return encodeCoded(converted, encoding);
}
