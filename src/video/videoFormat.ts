import type { HdrMetadata } from './hdr.js';
import type { Layout } from './layout.js';

/** A fraction: 30000/1001 frames a second. */
export interface Ratio {
  num: number;
  den: number;
}

/** How Y, Cb and Cr are made of R, G and B. */
export type Matrix = 'bt601' | 'bt709' | 'bt2020';

/** `limited`: black is 16 and white 235 of 255. */
export type Range = 'limited' | 'full';

/** How the frames hold colours. */
export interface VideoColour {
  matrix: Matrix;
  range: Range;
}

/** What the file says of its colours, in FFmpeg's words, to go back as it came: `bt709`, `smpte2084`, `tv`. */
export interface ColourTags {
  range?: string;
  space?: string;
  primaries?: string;
  transfer?: string;
}

/** What all frames of a video have in common. */
export interface VideoFormat {
  width: number;
  height: number;
  /** Frames a second; the mean of those of an uneven pace. */
  rate: Ratio;
  /** Whether frames may last unequally long. @default false */
  isUneven?: boolean;
  /** Seconds that one tick of a frame's `pts` lasts. */
  timeBase: Ratio;
  layout: Layout;
  colour: VideoColour;
  tags?: ColourTags;
  /** What HDR10 says beside the tags. */
  hdr?: HdrMetadata;
  /** Width to height of one pixel, where the source says. */
  pixelAspect?: Ratio;
  /** Frames are pictures of files, at their own depth and with what these hold. @default false */
  isPictures?: boolean;
  /** How samples stand on a pipe, where not in the planes of `layout`. */
  packing?: 'nv12';
  /** Y4M's letters that go back as they came: where chroma samples lie (`420jpeg`), and the order of fields. */
  y4m?: { chroma?: string; interlacing?: string };
}

/** What an untagged video of this size is taken for, as players do: small ones are of the PAL and NTSC kind. */
export function usualMatrix({ width, height }: Pick<VideoFormat, 'width' | 'height'>): Matrix {
  return width >= 1280 || height > 576 ? 'bt709' : 'bt601';
}
