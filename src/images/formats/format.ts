import type { Sharp } from 'sharp';
import type { ByteSource } from '../byteSource.js';
import type { OptionalPackage } from '../optionalPackage.js';
import type { BitDepth, Metadata, Raster } from '../raster.js';
import type { Edit } from './edits.js';

/** How a picture is read. */
export interface ReadOptions {
  /** Rejects with its reason as soon as it aborts; what a decoder has begun goes on to its end, unheard. */
  signal?: AbortSignal;
  /** Pixels that a picture may have: more is E_SIZE. @default 268402689, as sharp has it */
  limitPixels?: number;
}

/** How a picture is written, every choice made; see `EncodeOptions`. */
export interface Encoding {
  format: string;
  bitDepth: BitDepth;
  quality: number;
  chromaSubsampling: '4:4:4' | '4:2:0';
  lossless: boolean;
  compression: string;
  progressive?: boolean;
  codedBits?: 10 | 12;
  floatBits?: 16 | 32;
}

/** A picture in its format. */
export interface Encoded {
  /** The file in parts, one behind the other; or what libvips has still to encode. */
  file: Buffer[] | Sharp;
  /** What is then to be put into it: metadata, byte for byte. @default nothing */
  edits?(encoded: ByteSource): Promise<Edit[]>;
}

/** What some formats have room for and others have not, beside the pixels. */
export type Held = 'alpha' | 'colour' | 'chromaticities' | 'icc' | 'exif' | 'xmp' | 'iptc' | 'density' | 'pixelAspect';

/**
 * What is known of a format that is read. To add one: a file that exports such an object, or an `ImageFormat`, and a line in `index.ts`;
 * reading, names of files, `--format`, the library's options, `doctor` and the messages follow.
 */
export interface ReadableFormat<Name extends string = string> {
  /** What options and metadata call it. */
  readonly name: Name;
  /** What people call it: `JPEG`. */
  readonly title: string;
  /** Of file names, in lower case, without the dot; the first is how we write it. */
  readonly extensions: readonly [string, ...string[]];
  /** Matches the first bytes of a file (512 at most), read as latin1. */
  readonly signature: RegExp;
  /** What libvips calls the part of it that decodes and encodes. @default none is needed */
  readonly codec?: 'jpeg' | 'png' | 'webp' | 'heif' | 'tiff';
  /** The optional package that decodes and encodes it. @default none is needed */
  readonly needs?: OptionalPackage;
  /** The format of a result where none is asked for. @default this one */
  readonly writtenAs?: 'avif' | 'tiff';
  /**
   * Samples as they are in the file, turned upright; metadata byte for byte, what is damaged of it left out and told of in
   * `notices`.
   *
   * @throws PerpixelError E_READ damaged, cut off; E_FORMAT a kind of this format that is not handled; E_SIZE too large; E_PROGRAM
   *   the package that it needs is not installed
   */
  read(file: ByteSource, options: ReadOptions): Promise<Decoded>;
}

/** A format that is read, and that nobody can write freely, or that nothing but a camera writes. */
export interface InputFormat<Name extends string = string> extends ReadableFormat<Name> {
  /** One that keeps its bits, its colours and what stands beside them. */
  readonly writtenAs: 'avif' | 'tiff';
}

/** All that is known of a format that is read and written. */
export interface ImageFormat<Name extends string = string> extends ReadableFormat<Name> {
  /** Bits a sample that it can hold, from few to many. */
  readonly depths: readonly BitDepth[];
  /** The depth for a picture that came in another format and is asked for none. @default the nearest to its own */
  readonly foreignDepth?: BitDepth;
  readonly holds: readonly Held[];
  /** It has grey pictures, but the encoder that there is makes three equal channels of them. @default false */
  readonly greyAsColour?: boolean;
  /** What nothing says otherwise. @default 95 */
  readonly quality?: number;
  /** Pixels that a side can have. @default without limit */
  readonly longestSide?: number;
  /**
   * @param raster of a depth that the format holds, with alpha and metadata only where it has room for them
   * @throws PerpixelError E_FORMAT where there is not enough room for metadata
   */
  write(raster: Raster, encoding: Encoding): Promise<Encoded>;
}

/** What a format reads: a picture whose metadata does not name the format yet, but where it is another than its first bytes show. */
export type Decoded = Omit<Raster, 'metadata'> & {
  metadata: Omit<Metadata, 'format'> & Partial<Pick<Metadata, 'format'>>;
};

/** Metadata as a container has it, beside the coded pixels. */
export type FileMetadata = Omit<Metadata, 'format' | 'bitDepth'>;
