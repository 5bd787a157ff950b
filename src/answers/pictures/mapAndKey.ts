import ndarray from 'ndarray';
import type { Raster } from '../../images/raster.js';
import type { MapArray } from '../answer.js';

/** Bytes of red, green and blue. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** What stands below a map and says what its colours mean. */
export interface Key {
  height: number;
  /** `[height, width, 3]` for the width of the whole picture. */
  pixels: Uint8Array;
}

/** Narrower than this a picture has no room for words: there is white beside the map then. */
const NARROWEST = 240;
const SHARE_OF_SIDE = 26;

/** Width of the picture of a map. */
export function pictureWidth({ shape: [, width] }: MapArray): number {
  return Math.max(width, NARROWEST);
}

/** Size of the words below a map, in pixels: such that they are read where the whole picture is seen. */
export function wordSize({ shape: [height, width] }: MapArray): number {
  return Math.max(14, Math.round(Math.max(Math.min(height, width), width / 3) / SHARE_OF_SIDE));
}

/** Writes red, green and blue from `to` on, for the pixel of the map whose values begin at `at`. */
export type Paint = (at: number, bytes: Uint8Array, to: number) => void;

/** A map in colours, and its key below it, as a picture of 8 bits. */
export function mapAndKey(map: MapArray, paint: Paint, { height: keyHeight, pixels: key }: Key): Raster {
  const [height, width, channels] = map.shape;
  const pictured = pictureWidth(map);
  const bytes = new Uint8Array((height + keyHeight) * pictured * 3).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) paint((y * width + x) * channels, bytes, (y * pictured + x) * 3);
  }
  bytes.set(key, height * pictured * 3);
  return {
    pixels: ndarray(bytes, [height + keyHeight, pictured, 3]),
    metadata: { format: 'png', bitDepth: 8 },
  };
}

/** Paints with one of some colours. @param which of them, for the pixel whose values begin at `at` */
export function fromPalette(colours: readonly Rgb[], which: (at: number) => number): Paint {
  const palette = Uint8Array.from(colours.flat());
  return (at, bytes, to) => {
    const from = 3 * which(at);
    bytes[to] = palette[from];
    bytes[to + 1] = palette[from + 1];
    bytes[to + 2] = palette[from + 2];
  };
}

/** Colours of 0..1 as bytes. */
export function inBytes(colour: readonly [red: number, green: number, blue: number]): Rgb {
  return colour.map((value) => Math.round(value * 255)) as unknown as Rgb;
}

/** As SVG and JSON have it. */
export function inHexadecimal(colour: Rgb): string {
  return `#${colour.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
