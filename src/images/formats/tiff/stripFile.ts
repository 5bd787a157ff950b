import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import {
  serialiseDirectory,
  type TiffDirectory,
  type TiffEntry,
  tiffEntry,
  tiffHeader,
} from '../../metadata/tiffStructure.js';

const STRIP_BYTES = 1 << 20;
const DEFLATE = 8;

/** A picture as a TIFF holds it. */
export interface StripPicture {
  height: number;
  width: number;
  /** Bytes of a row. */
  rowBytes: number;
  /** The samples of so many rows from `y` on, little endian. */
  strip(y: number, rows: number): Buffer;
  isDeflated: boolean;
  /** All tags but size, compression and strips: what the samples mean, and what stands beside them. */
  entries: readonly TiffEntry[];
  /** Directories that it points to. */
  children?: TiffDirectory['children'];
}

/** The strips of a picture, and the directory of it that finds them at these places, to be written at `at`. */
export interface Strips {
  strips: Buffer[];
  directory(offsets: readonly number[], at: number): Buffer;
}

/** A picture cut into strips of about a megabyte. */
export async function stripsOf({
  height,
  width,
  rowBytes,
  strip,
  isDeflated,
  entries,
  children = new Map(),
}: StripPicture): Promise<Strips> {
  const rowsAStrip = Math.min(height, Math.max(1, Math.floor(STRIP_BYTES / rowBytes)));
  const strips: Buffer[] = [];
  for (let y = 0; y < height; y += rowsAStrip) {
    const bytes = strip(y, Math.min(rowsAStrip, height - y));
    strips.push(isDeflated ? await promisify(deflate)(bytes) : bytes);
  }
  const sizes = strips.map(({ length }) => length);
  const own = [
    ...entries,
    tiffEntry(256, 4, [width], true),
    tiffEntry(257, 4, [height], true),
    tiffEntry(259, 3, [isDeflated ? DEFLATE : 1], true),
    tiffEntry(278, 4, [rowsAStrip], true),
    tiffEntry(279, 4, sizes, true),
    tiffEntry(284, 3, [1], true),
  ];
  return {
    strips,
    directory: (offsets, at) =>
      serialiseDirectory({ littleEndian: true, entries: [...own, tiffEntry(273, 4, offsets, true)], children }, at),
  };
}

/** A TIFF of one picture, little endian, in strips: its parts, in order. */
export async function stripFile(picture: StripPicture): Promise<Buffer[]> {
  const { strips, directory } = await stripsOf(picture);
  const unplaced = directory(Array(strips.length).fill(0), 8);
  const offsets = placesOf(strips, 8 + unplaced.length);
  return [tiffHeader(true, 8), directory(offsets, 8), ...strips];
}

/** Where parts lie that are written one behind the other. */
export function placesOf(parts: readonly Buffer[], start: number): number[] {
  let at = start;
  return parts.map(({ length }) => {
    at += length;
    return at - length;
  });
}
