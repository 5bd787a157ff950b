import { PerpixelError } from '../core/errors.js';
import type { Encoding, ImageFormat } from './formats/format.js';
import { formatNamed, writtenAs, writtenTitles } from './formats/lookup.js';
import type { Format } from './formats/registry.js';
import type { BitDepth, Metadata } from './raster.js';

/** How a picture is to be written; what is not said stays as the picture came. */
export interface EncodeOptions {
  /** @default the input's, or what stands for one that is read alone: AVIF for HEIC */
  format?: Format;
  /** @default the input's, or the nearest that the format can hold */
  bitDepth?: BitDepth;
  /** JPEG, lossy WebP, AVIF: 1..100. @default the input's where it was of the same kind, else 95 (WebP and AVIF 90) */
  quality?: number;
  /** JPEG and AVIF. @default the input's, else 4:4:4 */
  chromaSubsampling?: '4:4:4' | '4:2:0';
  /** WebP and AVIF. @default the input's, else false */
  lossless?: boolean;
  /** TIFF: none, lzw, deflate, packbits or jpeg; PNG: none or deflate. @default the input's, else deflate */
  compression?: string;
}

const QUALITY = 95;

/**
 * What the options leave open is filled in from how the picture came.
 *
 * @throws PerpixelError E_OPTION for a format that there is not
 */
export function encodingOf(metadata: Metadata, options: EncodeOptions): { format: ImageFormat; encoding: Encoding } {
  const name = options.format ?? writtenAs(metadata.format);
  const format = formatNamed(name);
  if (format === undefined) throw unknown(name);
  const same = name === metadata.format ? metadata : undefined;
  const wanted = options.bitDepth ?? (same ? undefined : format.foreignDepth) ?? metadata.bitDepth;
  const { depths } = format;
  return {
    format,
    encoding: {
      format: name,
      bitDepth: depths.includes(wanted) ? wanted : (depths.findLast((depth) => depth < wanted) ?? depths[0]),
      quality: options.quality ?? same?.quality ?? format.quality ?? QUALITY,
      chromaSubsampling: options.chromaSubsampling ?? same?.chromaSubsampling ?? '4:4:4',
      lossless: options.lossless ?? same?.lossless ?? false,
      compression: options.compression ?? same?.compression ?? 'deflate',
      progressive: same?.progressive,
      codedBits: metadata.codedBits,
      floatBits: same?.floatBits,
    },
  };
}

function unknown(name: string): PerpixelError {
  return new PerpixelError({
    code: 'E_OPTION',
    subject: 'format',
    received: name,
    expected: writtenTitles,
    cure: 'Check its spelling.',
  });
}
