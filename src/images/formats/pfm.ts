import ndarray from 'ndarray';
import { PerpixelError } from '../../core/errors.js';
import type { ByteSource } from '../byteSource.js';
import { requireSize } from '../pixelLimit.js';
import type { Raster } from '../raster.js';
import type { Decoded, ImageFormat, ReadOptions } from './format.js';
import { readSamples } from './readSamples.js';

/** Portable float maps. They have no place for metadata. */
export const pfm: ImageFormat<'pfm'> = {
  name: 'pfm',
  title: 'PFM',
  extensions: ['pfm'],
  signature: /^P[fF]\s/s,
  depths: [32],
  holds: [],
  read: readPfm,
  write: async ({ pixels }) => ({ file: encodePfm(pixels) }),
};

/** Reads a portable float map, `Pf` (grey) or `PF` (RGB). Its rows go from the bottom to the top; a raster's do not. */
async function readPfm(file: ByteSource, { limitPixels }: ReadOptions): Promise<Decoded> {
  const head = (await file.read(0, 256)).toString('latin1');
  // One byte ends the header, two where its lines end with CR LF: the second may look like a sample.
  const match = /^P([fF])(?:(?=\r\n)\s+(\d+)\s+(\d+)\s+([-+.\deE]+)\r\n|\s+(\d+)\s+(\d+)\s+([-+.\deE]+)\s)/.exec(head);
  const [width, height, scale] = (match?.slice(2).filter((part) => part !== undefined) ?? []).map(Number);
  if (match === null || width * height === 0 || !Number.isFinite(scale) || scale === 0) {
    throw new PerpixelError({
      code: 'E_READ',
      received: 'a PFM without a proper header',
      expected: '`PF` or `Pf`, width, height and scale',
      cure: 'The file is damaged: copy or write it again.',
    });
  }
  const channels = match[1] === 'F' ? 3 : 1;
  requireSize(height, width, limitPixels);
  const layout = { at: match[0].length, count: width * height * channels, bytes: 4, float: true } as const;
  const data = (await readSamples(file, { ...layout, littleEndian: scale < 0 })) as Float32Array;
  reverseRows(data, width * channels);
  return { pixels: ndarray(data, [height, width, channels]), metadata: { bitDepth: 32 } };
}

/** Little endian, scale 1. */
function encodePfm(pixels: Raster['pixels']): Buffer[] {
  const [height, width, channels] = pixels.shape;
  const data = pixels.data as Float32Array;
  const rowLength = width * channels;
  const header = Buffer.from(`${channels === 3 ? 'PF' : 'Pf'}\n${width} ${height}\n-1.0\n`, 'latin1');
  const rows = Array.from({ length: height }, (_, y) => {
    const row = data.subarray((height - 1 - y) * rowLength, (height - y) * rowLength);
    return Buffer.from(row.buffer, row.byteOffset, row.byteLength);
  });
  return [header, ...rows];
}

function reverseRows(data: Float32Array, rowLength: number): void {
  const height = data.length / rowLength;
  for (let top = 0, bottom = height - 1; top < bottom; top++, bottom--) {
    const row = data.slice(top * rowLength, (top + 1) * rowLength);
    data.copyWithin(top * rowLength, bottom * rowLength, (bottom + 1) * rowLength);
    data.set(row, bottom * rowLength);
  }
}
