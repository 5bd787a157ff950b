import type { Format, Metadata } from './raster.js';

/** How a picture is to be written; what is not said stays as the picture came. */
export interface EncodeOptions {
  /** @default the input's */
  format?: Format;
  /** @default the input's, or the nearest that the format can hold */
  bitDepth?: 8 | 16 | 32;
  /** JPEG, lossy WebP, AVIF: 1..100. @default the input's where it was of the same kind, else 95 (WebP and AVIF 90) */
  quality?: number;
  /** JPEG and AVIF. @default the input's, else 4:4:4 */
  chromaSubsampling?: '4:4:4' | '4:2:0';
  /** WebP and AVIF. @default the input's, else false */
  lossless?: boolean;
  /** TIFF: none, lzw, deflate, packbits or jpeg; PNG: none or deflate. @default the input's, else deflate */
  compression?: string;
}

/** Every choice made. */
export type Encoding = Required<EncodeOptions> & Pick<Metadata, 'progressive' | 'codedBits'>;

const BIT_DEPTHS: Record<Format, readonly (8 | 16 | 32)[]> = {
  jpeg: [8],
  png: [8, 16],
  webp: [8],
  avif: [8, 16],
  tiff: [8, 16, 32],
  npy: [8, 16, 32],
  pfm: [32],
};
const QUALITIES: Partial<Record<Format, number>> = { webp: 90, avif: 90 };

/** What the options leave open is filled in from how the picture came. */
export function encodingOf(metadata: Metadata, options: EncodeOptions): Encoding {
  const format = options.format ?? metadata.format;
  const same = format === metadata.format ? metadata : undefined;
  const wanted = options.bitDepth ?? (format === 'npy' && !same ? 32 : metadata.bitDepth);
  const possible = BIT_DEPTHS[format];
  return {
    format,
    bitDepth: possible.includes(wanted) ? wanted : (possible.findLast((depth) => depth < wanted) ?? possible[0]),
    quality: options.quality ?? same?.quality ?? QUALITIES[format] ?? 95,
    chromaSubsampling: options.chromaSubsampling ?? same?.chromaSubsampling ?? '4:4:4',
    lossless: options.lossless ?? same?.lossless ?? false,
    compression: options.compression ?? same?.compression ?? 'deflate',
    progressive: same?.progressive,
    codedBits: same?.codedBits,
  };
}
