import sharp, { type Sharp, type TiffOptions } from 'sharp';
import type { Encoding } from '../encodeOptions.js';
import type { Raster } from '../raster.js';

/**
 * Pixels above which a JPEG is written in one pass: fitting its Huffman tables, or progressive scans, would hold 6 bytes a
 * pixel and save a few percent of the file.
 */
const LARGE = 24e6;

/**
 * A libvips pipeline that encodes JPEG, PNG, WebP, AVIF or TIFF of 8 or 16 bits from the samples where they lie, without
 * metadata. Ask it for a file or a buffer.
 */
export function encodeCoded({ pixels, alpha }: Raster, encoding: Encoding): Sharp {
  const [height, width, channels] = pixels.shape;
  const raw = { width, height };
  let image = sharp(pixels.data, { raw: { ...raw, channels: channels as 1 | 3 }, limitInputPixels: false });
  const isDeep = encoding.bitDepth === 16;
  const hasAlpha = alpha !== undefined && encoding.format !== 'jpeg';
  if (hasAlpha)
    image = image.joinChannel(alpha.data as never, { raw: { ...raw, channels: 1 }, limitInputPixels: false });
  image = image.toColourspace(channels === 1 ? (isDeep ? 'grey16' : 'b-w') : isDeep ? 'rgb16' : 'srgb');
  return withFormat(image, encoding, hasAlpha, height * width);
}

function withFormat(image: Sharp, encoding: Encoding, hasAlpha: boolean, pixelCount: number): Sharp {
  const { quality, chromaSubsampling, lossless, progressive } = encoding;
  if (encoding.format === 'jpeg') {
    const isLarge = pixelCount > LARGE;
    return image.jpeg({ quality, chromaSubsampling, optimiseCoding: !isLarge, progressive: progressive && !isLarge });
  }
  if (encoding.format === 'png') return image.png({ compressionLevel: encoding.compression === 'none' ? 0 : 6 });
  // exact: colours under full transparency are the user's too.
  if (encoding.format === 'webp') return image.webp({ quality, lossless, exact: true, smartSubsample: true });
  if (encoding.format === 'avif') {
    const bitdepth = encoding.bitDepth === 8 ? 8 : (encoding.codedBits ?? 12);
    return image.avif({ quality, lossless, chromaSubsampling: lossless ? '4:4:4' : chromaSubsampling, bitdepth });
  }
  // JPEG in TIFF has neither alpha nor more than 8 bits.
  const isUnfit = encoding.compression === 'jpeg' && (hasAlpha || encoding.bitDepth > 8);
  const compression = (isUnfit ? 'deflate' : encoding.compression) as TiffOptions['compression'];
  return image.tiff({ compression, quality });
}
