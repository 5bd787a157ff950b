import type { NdArray } from 'ndarray';

/** Samples at the depth of the file: 8 bits, 16 bits, or float. */
export type Samples = Uint8Array | Uint16Array | Float32Array;

/** Float pixels `[height, width, channels]`, display-referred, 0..1 is black..white; values outside are kept. */
export type Pixels = NdArray<Float32Array>;

/** File formats that are read and written; `tiff` of 8 and 16 bits and float. */
export type Format = 'jpeg' | 'png' | 'webp' | 'avif' | 'tiff' | 'npy' | 'pfm';

/** What a file says beside its pixels. Blobs are byte for byte as they stood in the file. */
export interface Metadata {
  format: Format;
  /** Bits a sample in the file: 8, 16, or 32 for float. */
  bitDepth: 8 | 16 | 32;
  icc?: Buffer;
  /** A TIFF structure (`II*` or `MM*` first), without the `Exif\0\0` of JPEG; its orientation is 1 after reading. */
  exif?: Buffer;
  xmp?: Buffer;
  /** IPTC-IIM, the bare record. */
  iptc?: Buffer;
  /** Photoshop's image resources (`8BIM` first), which hold the IPTC record again; only JPEG and TIFF have room for them. */
  photoshop?: Buffer;
  /** What only this very format has (PNG's colour and text chunks, JPEG's comments), whole, to go back as it stood. */
  ownSegments?: Buffer[];
  /** Pixels an inch. */
  density?: number;
  /** JPEG and lossy WebP: the quality (1..100) that comes closest to how the file was written. */
  quality?: number;
  chromaSubsampling?: '4:4:4' | '4:2:0';
  progressive?: boolean;
  /** AVIF of more than 8 bits, whose samples are read as 16: how many the file has. */
  codedBits?: 10 | 12;
  lossless?: boolean;
  /** TIFF: none, lzw, deflate, ... */
  compression?: string;
}

/**
 * A picture in memory: pixels at the depth of the file, alpha apart, metadata beside them.
 *
 * Pixels stay at the file's depth, not float32, so that a 100-megapixel photo costs 300 MB and not 1.2 GB; `windowOf`
 * gives any part of them as float, `setWindow` puts it back.
 */
export interface Raster {
  /** `[height, width, channels]`, 1 (grey) or 3 (RGB) channels, interleaved. Upright: orientation has been applied. */
  pixels: NdArray<Samples>;
  /** `[height, width]`, of the same depth as the pixels. */
  alpha?: NdArray<Samples>;
  metadata: Metadata;
}
