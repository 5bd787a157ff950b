import { crc32, deflateSync } from 'node:zlib';
import ndarray from 'ndarray';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { encodeRaster } from '../../src/images/encodeRaster.js';
import { numbers } from '../../src/images/formats/heif/isoBoxes.js';
import { readRaster } from '../../src/images/readRaster.js';
import { picture } from '../helpers/pictures.js';

/** Smooth shapes, as photos have and noise has not. */
function photo(height = 96, width = 128): Uint8Array {
  return Uint8Array.from({ length: height * width * 3 }, (_, i) => {
    const x = Math.floor(i / 3) % width;
    const y = Math.floor(i / 3 / width);
    return 128 + 60 * Math.sin(x / 9 + (i % 3)) + 50 * Math.cos(y / 7) + ((x * 31 + y * 17) % 13);
  });
}
const open = () => sharp(photo(), { raw: { height: 96, width: 128, channels: 3 } });

describe('JPEG', () => {
  test.each([1, 10, 25, 50, 75, 82, 90, 95, 99, 100])('quality %d is found and kept', async (quality) => {
    const first = await readRaster(await open().jpeg({ quality }).toBuffer());
    expect(first.metadata.quality).toBe(quality);
    expect((await readRaster(await encodeRaster(first))).metadata.quality).toBe(quality);
  });

  test.each(['4:2:0', '4:4:4'] as const)('%s is found and kept', async (chromaSubsampling) => {
    const first = await readRaster(await open().jpeg({ chromaSubsampling }).toBuffer());
    expect(first.metadata.chromaSubsampling).toBe(chromaSubsampling);
    const again = await encodeRaster(first);
    expect((await sharp(again).metadata()).chromaSubsampling).toBe(chromaSubsampling);
  });

  test.each([false, true])('progressive %s stays', async (progressive) => {
    const first = await readRaster(await open().jpeg({ progressive }).toBuffer());
    expect((await sharp(await encodeRaster(first)).metadata()).isProgressive).toBe(progressive);
  });

  test('comments stay, and do not go into a PNG', async () => {
    const plain = await open().jpeg().toBuffer();
    const comment = Buffer.from('\xff\xfe\0\x07Hello', 'latin1');
    const first = await readRaster(Buffer.concat([plain.subarray(0, 2), comment, plain.subarray(2)]));
    expect((await encodeRaster(first)).includes(comment)).toBe(true);
    expect((await encodeRaster(first, { format: 'png' })).includes('Hello')).toBe(false);
  });
});

describe('WebP', () => {
  test.each([20, 50, 75, 90, 100])('quality %d is found within a few steps', async (quality) => {
    const { metadata } = await readRaster(await open().webp({ quality }).toBuffer());
    expect(metadata.lossless).toBe(false);
    expect(Math.abs(metadata.quality! - quality)).toBeLessThanOrEqual(6);
  });

  test('lossless stays lossless', async () => {
    const first = await readRaster(await open().webp({ lossless: true }).toBuffer());
    expect(first.metadata.lossless).toBe(true);
    const again = await readRaster(await encodeRaster(first));
    expect(Buffer.compare(Buffer.from(again.pixels.data.buffer as ArrayBuffer), Buffer.from(photo()))).toBe(0);
  });
});

describe('PNG', () => {
  test('a palette is expanded', async () => {
    const colours = [
      [255, 0, 0],
      [0, 90, 0],
      [0, 0, 255],
      [9, 9, 9],
    ].flat();
    const indexed = sharp(Uint8Array.from(colours), { raw: { height: 2, width: 2, channels: 3 } }).png({
      palette: true,
    });
    const { pixels, metadata } = await readRaster(await indexed.toBuffer());
    expect([...pixels.data]).toEqual(colours);
    expect(metadata.bitDepth).toBe(8);
  });

  test.each([
    [1, [0b0110_0000], [0, 255, 255, 0]],
    [2, [0b0001_1011], [0, 85, 170, 255]],
    [4, [0x0f, 0x3c], [0, 255, 51, 204]],
  ])('grey of %d bits becomes 8 bits, one channel', async (bits, packed, expected) => {
    const header = Buffer.from([0, 0, 0, 4, 0, 0, 0, 1, bits, 0, 0, 0, 0]);
    const chunk = (type: string, body: Buffer) => {
      const named = Buffer.concat([Buffer.from(type), body]);
      return Buffer.concat([numbers(4, body.length), named, numbers(4, crc32(named))]);
    };
    const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
    const pixels = chunk('IDAT', deflateSync(Buffer.from([0, ...packed])));
    const raster = await readRaster(
      Buffer.concat([signature, chunk('IHDR', header), pixels, chunk('IEND', Buffer.alloc(0))]),
    );
    expect(raster.pixels.shape).toEqual([1, 4, 1]);
    expect([...raster.pixels.data]).toEqual(expected);
  });

  test('gamma and text chunks stay', async () => {
    const plain = await encodeRaster(picture('png'));
    const gamma = Buffer.from('0000000467414d410000b18f0bfc6105', 'hex');
    const first = await readRaster(Buffer.concat([plain.subarray(0, 33), gamma, plain.subarray(33)]));
    expect((await encodeRaster(first)).includes(gamma)).toBe(true);
    expect((await encodeRaster(first, { format: 'tiff' })).includes('gAMA')).toBe(false);
  });
});

test('a TIFF of 1 bit', async () => {
  const black = sharp(Uint8Array.of(0, 255, 255, 0), { raw: { height: 2, width: 2, channels: 1 } });
  const { pixels } = await readRaster(
    await black.toColourspace('b-w').tiff({ bitdepth: 1, compression: 'none' }).toBuffer(),
  );
  expect(pixels.shape).toEqual([2, 2, 1]);
  expect([...pixels.data]).toEqual([0, 255, 255, 0]);
});

test.each([10, 12] as const)('an AVIF of %d bits stays so', async (bitdepth) => {
  const first = await readRaster(await open().toColourspace('rgb16').avif({ bitdepth }).toBuffer());
  expect(first.metadata).toMatchObject({ bitDepth: 16, codedBits: bitdepth });
  expect((await sharp(await encodeRaster(first)).metadata()).bitsPerSample).toBe(bitdepth);
});

describe('NPY and PFM as others write them', () => {
  const npy = (descr: string, shape: string, data: Buffer) => {
    const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape}), }\n`;
    const head = Buffer.from('\x93NUMPY\x01\0\0\0', 'latin1');
    head.writeUInt16LE(header.length, 8);
    return Buffer.concat([head, Buffer.from(header), data]);
  };
  const doubles = Buffer.alloc(16);
  doubles.writeDoubleBE(0.5, 0);
  doubles.writeDoubleBE(-2, 8);

  test.each<[string, Buffer, number[], number[]]>([
    ['big-endian uint16', npy('>u2', '1, 2', Buffer.from([1, 2, 3, 4])), [258, 772], [1, 2, 1]],
    ['big-endian float64', npy('>f8', '2, 1', doubles), [0.5, -2], [2, 1, 1]],
    ['one channel stated', npy('|u1', '1, 2, 1', Buffer.from([7, 8])), [7, 8], [1, 2, 1]],
    [
      'PFM, big endian, bottom row first',
      Buffer.from('Pf\n1 2\n1.0\n\x3f\x80\0\0\x40\0\0\0', 'latin1'),
      [2, 1],
      [2, 1, 1],
    ],
  ])('%s', async (_, bytes, values, shape) => {
    const { pixels } = await readRaster(bytes);
    expect([...pixels.data]).toEqual(values);
    expect(pixels.shape).toEqual(shape);
  });
});

test('one pixel, and one row, in every format', async () => {
  for (const format of ['jpeg', 'png', 'webp', 'tiff', 'avif', 'npy', 'pfm'] as const) {
    for (const width of [1, format === 'webp' || format === 'avif' ? 300 : 30_000]) {
      const { pixels } = picture(format, { height: 1, width, channels: 3, bitDepth: 8 });
      const back = await readRaster(
        await encodeRaster({ pixels: ndarray(pixels.data, [1, width, 3]), metadata: { format, bitDepth: 8 } }),
      );
      expect(back.pixels.shape).toEqual([1, width, 3]);
    }
  }
});
