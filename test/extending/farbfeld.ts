import ndarray from 'ndarray';
import { PerpixelError } from '../../src/core/errors.js';
import type { ByteSource } from '../../src/images/byteSource.js';
import type { Decoded, ImageFormat, ReadOptions } from '../../src/images/formats/format.js';
import { readSamples } from '../../src/images/formats/readSamples.js';
import { requireSize } from '../../src/images/pixelLimit.js';
import type { Raster } from '../../src/images/raster.js';

const HEADER = 16;

/** farbfeld: `farbfeld`, width, height, then RGBA of 16 bits, all big endian. https://tools.suckless.org/farbfeld */
export const farbfeld: ImageFormat<'farbfeld'> = {
  name: 'farbfeld',
  title: 'farbfeld',
  extensions: ['ff'],
  signature: /^farbfeld/,
  depths: [16],
  holds: ['alpha'],
  read,
  write: async (raster) => ({ file: [encoded(raster)] }),
};

async function read(file: ByteSource, { limitPixels }: ReadOptions): Promise<Decoded> {
  const header = await file.read(0, HEADER);
  if (header.length < HEADER) {
    throw new PerpixelError({
      code: 'E_READ',
      received: `${header.length} bytes`,
      expected: 'a header of 16',
      cure: 'The file is cut off: copy it again.',
    });
  }
  const [width, height] = [header.readUInt32BE(8), header.readUInt32BE(12)];
  requireSize(height, width, limitPixels);
  const layout = { at: HEADER, count: 4 * width * height, bytes: 2, float: false, littleEndian: false } as const;
  const samples = await readSamples(file, layout);
  const pixels = ndarray(new Uint16Array(3 * width * height), [height, width, 3]);
  const alpha = ndarray(new Uint16Array(width * height), [height, width]);
  for (let i = 0; i < alpha.size; i++) {
    pixels.data.set(samples.subarray(4 * i, 4 * i + 3), 3 * i);
    alpha.data[i] = samples[4 * i + 3];
  }
  return { pixels, alpha, metadata: { bitDepth: 16 } };
}

function encoded({ pixels, alpha }: Raster): Buffer {
  const [height, width, channels] = pixels.shape;
  const file = Buffer.alloc(HEADER + 8 * width * height);
  file.write('farbfeld');
  file.writeUInt32BE(width, 8);
  file.writeUInt32BE(height, 12);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) {
      file.writeUInt16BE(pixels.data[channels * i + (channels === 3 ? c : 0)], HEADER + 8 * i + 2 * c);
    }
    file.writeUInt16BE(alpha ? alpha.data[i] : 0xffff, HEADER + 8 * i + 6);
  }
  return file;
}
