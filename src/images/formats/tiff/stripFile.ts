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

/** A TIFF of one picture, little endian, in strips: its parts, in order. */
export async function stripFile({
  height,
  width,
  rowBytes,
  strip,
  isDeflated,
  entries,
  children = new Map(),
}: StripPicture): Promise<Buffer[]> {
  const rowsAStrip = Math.min(height, Math.max(1, Math.floor(STRIP_BYTES / rowBytes)));
  const strips: Buffer[] = [];
  for (let y = 0; y < height; y += rowsAStrip) {
    const bytes = strip(y, Math.min(rowsAStrip, height - y));
    strips.push(isDeflated ? await promisify(deflate)(bytes) : bytes);
  }
  const sizes = strips.map(({ length }) => length);
  const directory = (offsets: readonly number[]) =>
    serialiseDirectory(
      {
        littleEndian: true,
        entries: [
          ...entries,
          tiffEntry(256, 4, [width], true),
          tiffEntry(257, 4, [height], true),
          tiffEntry(259, 3, [isDeflated ? DEFLATE : 1], true),
          tiffEntry(273, 4, offsets, true),
          tiffEntry(278, 4, [rowsAStrip], true),
          tiffEntry(279, 4, sizes, true),
          tiffEntry(284, 3, [1], true),
        ],
        children,
      },
      8,
    );
  let at = 8 + directory(sizes).length;
  const offsets = sizes.map((size) => {
    at += size;
    return at - size;
  });
  return [tiffHeader(true, 8), directory(offsets), ...strips];
}
