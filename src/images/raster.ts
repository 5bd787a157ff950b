import type { NdArray } from 'ndarray';
import type { Edit } from './formats/edits.js';
import type { Sensor } from './sensor.js';

/** Samples at the depth of the file: 8 bits, 16 bits, or float. */
export type Samples = Uint8Array | Uint16Array | Float32Array;

/** Float pixels `[height, width, channels]`, display-referred, 0..1 is black..white; values outside are kept. */
export type Pixels = NdArray<Float32Array>;

/** Bits a sample: 8, 16, or 32 for float. */
export type BitDepth = 8 | 16 | 32;

/** How the numbers of a picture are meant as colours, where a file says it without a profile. */
export interface Colour {
  /** A code point of ITU-T H.273 (1 BT.709, 9 BT.2020, 12 P3), or x and y of white, red, green and blue. */
  primaries: number | readonly number[];
  /** A code point of ITU-T H.273 (13 sRGB, 16 PQ, 18 HLG), or the exponent that makes light of a value in 0..1. */
  transfer: number | { gamma: number };
}

/** What a file says beside its pixels. Blobs are byte for byte as they stood in the file, but for what is no longer true. */
export interface Metadata {
  /** The name of its format: jpeg, png, webp, avif, tiff, heic, dng, raw, exr, npy or pfm. */
  format: string;
  /** Bits a sample in the file. */
  bitDepth: BitDepth;
  icc?: Buffer;
  /** Where no profile says it, or beside one. */
  colour?: Colour;
  /**
   * A TIFF structure (`II*` or `MM*` first), without the `Exif\0\0` of JPEG. After reading its orientation is 1, and it has no
   * thumbnail: that would show the picture as it was.
   */
  exif?: Buffer;
  xmp?: Buffer;
  /** What did not fit into JPEG's first packet of XMP. */
  extendedXmp?: Buffer;
  /** IPTC-IIM, the bare record. */
  iptc?: Buffer;
  /** Photoshop's image resources (`8BIM` first), which hold the IPTC record again; only JPEG and TIFF have room for them. */
  photoshop?: Buffer;
  /** Of an Ultra HDR JPEG: the JPEG that tells how much brighter each place is on an HDR display, whole, and upright as the picture. */
  gainMap?: Buffer;
  /** What only this very format has (PNG's colour and text chunks, JPEG's comments), whole, to go back as it stood. */
  ownSegments?: readonly OwnSegment[];
  /** Pixels an inch, across. */
  density?: number;
  /** Pixels an inch, up and down, where that is not the same. */
  verticalDensity?: number;
  /** Where a file tells of no size, but of the shape of its pixels: pixels across and down for the same length. */
  pixelAspect?: readonly [across: number, down: number];
  /** JPEG and lossy WebP: the quality (1..100) that comes closest to how the file was written. */
  quality?: number;
  chromaSubsampling?: '4:4:4' | '4:2:0';
  progressive?: boolean;
  /** AVIF of more than 8 bits, whose samples are read as 16: how many the file has. */
  codedBits?: 10 | 12;
  /** EXR: bits of its floats. */
  floatBits?: 16 | 32;
  lossless?: boolean;
  /** TIFF: none, lzw, deflate, ... */
  compression?: string;
  /** The file is not to be copied as it stands: a part of it beside the pixels is damaged, or it was stored on its side without loss. */
  isMended?: boolean;
  /** What is to be changed in a copy of the file: of one on its side, what shows the picture the wrong way round beside it. */
  copyEdits?: readonly Edit[];
  /** What the file has and this picture has not, each in a few words: `the gain map (HDR) is not kept`. */
  notices?: readonly string[];
}

/** A part of a file that no other format has a place for. */
export interface OwnSegment {
  /** What it is, for people: `text (Title)`; none where nobody misses it. */
  what?: string;
  bytes: Buffer;
}

/**
 * A picture in memory: pixels at the depth of the file, alpha apart, metadata beside them.
 *
 * Pixels stay at the file's depth, not float32, so that a 100-megapixel photo costs 300 MB and not 1.2 GB; `readWindow`
 * gives any part of them as float, `writeWindow` puts it back.
 */
export interface Raster {
  /** `[height, width, channels]`, 1 (grey) or 3 (RGB) channels, interleaved. Upright: orientation has been applied. */
  pixels: NdArray<Samples>;
  /** `[height, width]`, of the same depth as the pixels. */
  alpha?: NdArray<Samples>;
  metadata: Metadata;
  /** Of a camera's raw file. */
  sensor?: Sensor;
}
