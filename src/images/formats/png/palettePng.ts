import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import type { NdArray } from 'ndarray';
import { chunk, SIGNATURE } from './chunks.js';

const INDEXED = 3;

/**
 * A PNG whose samples are indices, `[h, w]`, 8 bits each, and whose palette gives them colours: libvips would choose a
 * palette of its own.
 *
 * @param palette red, green and blue, 0..255, of each index
 */
export async function palettePng(
  indices: NdArray<Uint8Array>,
  palette: readonly (readonly [number, number, number])[],
): Promise<Buffer> {
  const [height, width] = indices.shape;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  header[9] = INDEXED;
  // Each row begins with the number of its filter: 0, none.
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++) rows.set(indices.data.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  const compressed = await promisify(deflate)(rows);
  const chunks = [
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flat())),
    chunk('IDAT', compressed),
    chunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([SIGNATURE, ...chunks]);
}
