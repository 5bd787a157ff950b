import { randomFillSync } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { Float16Array } from '@petamoriken/float16';
import { describe, expect, test } from 'vitest';
import type { PerpixelError } from '../../src/core/errors.js';
import { unpackBits, unpackLzw } from '../../src/images/formats/tiff/lzw.js';
import { readRaster } from '../../src/images/readRaster.js';
import { tiffOf, tiffTags } from '../helpers/tiffOf.js';

const FLOAT = { 339: 3 };
const ALPHA = { 338: 2 };
const bytesOf = (array: ArrayBufferView): Buffer =>
  Buffer.from(array.buffer as ArrayBuffer, array.byteOffset, array.byteLength);
const halves = (...values: number[]) => bytesOf(new Float16Array(values) as unknown as ArrayBufferView);
const swapped = (bytes: Buffer) => Buffer.from(bytes).swap16();

describe('kinds of TIFF that libvips gets wrong', () => {
  test.each<[string, Buffer, number[], number[] | undefined]>([
    ['half floats', tiffOf({ ...tiffTags([2, 1], 16), ...FLOAT }, halves(0.5, -2)), [0.5, -2], undefined],
    [
      'the same, big endian',
      tiffOf({ ...tiffTags([2, 1], 16), ...FLOAT }, swapped(halves(0.5, -2)), false),
      [0.5, -2],
      undefined,
    ],
    [
      'the same, packed, with alpha',
      tiffOf(
        { ...tiffTags([1, 2], 16, { samples: 2, compression: 8 }), ...FLOAT, ...ALPHA },
        deflateSync(halves(0.5, 1, 0.25, 0)),
      ),
      [0.5, 0.25],
      [1, 0],
    ],
    [
      'differences of bytes (predictor 3)',
      // 0.5 and 1.5 as halves, 0x3800 and 0x3e00: the high bytes, then the low ones, each less the one before.
      tiffOf(
        { ...tiffTags([2, 1], 16, { compression: 8 }), ...FLOAT, 317: 3 },
        deflateSync(Buffer.from([0x38, 0x06, 0xc2, 0x00])),
      ),
      [0.5, 1.5],
      undefined,
    ],
    [
      'double floats',
      tiffOf({ ...tiffTags([2, 1], 64), ...FLOAT }, bytesOf(Float64Array.of(0.5, 7))),
      [0.5, 7],
      undefined,
    ],
    [
      'floats, white is 0',
      tiffOf({ ...tiffTags([2, 1], 32, { photometric: 0 }), ...FLOAT }, bytesOf(Float32Array.of(0.25, 1))),
      [0.75, 0],
      undefined,
    ],
    [
      '12 bits',
      tiffOf(tiffTags([3, 1], 12), Buffer.from([0x00, 0x0f, 0xff, 0x80, 0x00])),
      [0, 65_535, 32_776],
      undefined,
    ],
    [
      'grey and alpha one after the other',
      tiffOf(
        { ...tiffTags([2, 1], 8, { samples: 2 }), ...ALPHA, 284: 2, 273: [134, 136], 279: [2, 2] },
        Buffer.from([1, 2, 3, 4]),
      ),
      [1, 2],
      [3, 4],
    ],
    [
      'colours that are multiplied by alpha',
      tiffOf({ ...tiffTags([1, 1], 8, { samples: 4 }), 338: 1 }, Buffer.from([64, 32, 0, 128])),
      [127, 63, 0],
      [128],
    ],
    [
      'grey that is multiplied by alpha',
      tiffOf({ ...tiffTags([1, 1], 8, { samples: 2 }), 338: 1 }, Buffer.from([64, 128])),
      [128],
      [128],
    ],
    [
      'half floats on their side',
      tiffOf({ ...tiffTags([2, 1], 16), ...FLOAT, 274: 6 }, halves(0.5, 1)),
      [0.5, 1],
      undefined,
    ],
  ])('%s', async (_, bytes, pixels, alpha) => {
    const fixed = bytes.includes(Buffer.from([134, 0, 0, 0, 136])) ? withOffsets(bytes) : bytes;
    const raster = await readRaster(fixed);
    expect([...raster.pixels.data]).toEqual(pixels);
    expect(raster.alpha && [...raster.alpha.data]).toEqual(alpha);
  });
});

/** Two strips of two bytes each, the last of the file. */
function withOffsets(bytes: Buffer): Buffer {
  const at = bytes.indexOf(Buffer.from([134, 0, 0, 0, 136]));
  bytes.writeUInt32LE(bytes.length - 4, at);
  bytes.writeUInt32LE(bytes.length - 2, at + 4);
  return bytes;
}

test.each<[string, Record<number, number | number[]>, RegExp]>([
  ['ZSTD', { 259: 50_000 }, /compressed with ZSTD/],
  ['LZMA', { 259: 34_925 }, /compressed with LZMA/],
  ['a compression of the future', { 259: 60_000 }, /method 60000/],
  ['Lab', { 262: 8, 277: 3, 258: [8, 8, 8] }, /Lab colour/],
  ['CMYK', { 262: 5, 277: 4, 258: [8, 8, 8, 8] }, /CMYK/],
  ['a sensor', { 262: 32_803 }, /raw file/],
  ['6 channels', { 262: 2, 277: 6, 258: Array(6).fill(8) }, /6 channels/],
  ['complex numbers', { 339: 6, 258: 64 }, /complex numbers/],
  ['signed integers', { 339: 2 }, /signed integers/],
  ['24-bit floats', { 339: 3, 258: 24 }, /24-bit floats/],
  ['32-bit integers', { 258: 32 }, /32-bit integers/],
  ['channels of several depths', { 262: 2, 277: 3, 258: [5, 6, 5] }, /differ in kind/],
])('a TIFF of a kind that is not handled is called by its name: %s', async (_, tags, message) => {
  const bytes = tiffOf({ ...tiffTags([8, 8], 8), ...tags }, Buffer.alloc(8 * 8 * 16));
  const error = (await readRaster(bytes).catch((e: unknown) => e)) as PerpixelError;
  expect(error).toMatchObject({ code: 'E_FORMAT' });
  expect(error.message).toMatch(message);
  expect(error.message).not.toMatch(/damaged/);
});

test('a strip of more than 50 MB is read', async () => {
  const [width, height] = [8000, 6600];
  const strip = deflateSync(Buffer.alloc(width * height, randomFillSync(Buffer.alloc(65_521))), { level: 0 });
  const { pixels } = await readRaster(tiffOf(tiffTags([width, height], 8, { compression: 8 }), strip));
  expect(pixels.shape).toEqual([height, width, 1]);
});

test('a tile larger than any picture is refused', async () => {
  const tile = { 322: 60_000, 323: 60_000, 324: 8, 325: 64 };
  const bytes = tiffOf({ ...tiffTags([8, 8], 8), ...tile }, Buffer.alloc(64));
  await expect(readRaster(bytes)).rejects.toMatchObject({ code: 'E_SIZE' });
});

test('LZW: what is repeated is told once', () => {
  // 7 7 7 8: clear, 7, the code that is being made (7 7), 8, end; 9 bits each.
  const bits = [256, 7, 258, 8, 257].map((code) => code.toString(2).padStart(9, '0')).join('');
  const bytes = Buffer.from(bits.match(/.{1,8}/g)!.map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)));
  expect([...unpackLzw(bytes, 4)]).toEqual([7, 7, 7, 8]);
});

test('PackBits: runs, and bytes as they are', () => {
  expect([...unpackBits(Buffer.from([0xfe, 9, 0x80, 1, 5, 6]), 5)]).toEqual([9, 9, 9, 5, 6]);
});
