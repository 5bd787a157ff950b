import { execFileSync } from 'node:child_process';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import type { PerpixelError } from '../../src/core/errors.js';
import { encodeRaster } from '../../src/images/encodeRaster.js';
import { chunk } from '../../src/images/formats/png/chunks.js';
import { tiffEntry } from '../../src/images/metadata/tiffStructure.js';
import { readRaster } from '../../src/images/readRaster.js';
import { setAside } from '../../src/images/setAside.js';
import { exifBlob, picture } from '../helpers/pictures.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { tiffOf, tiffTags } from '../helpers/tiffOf.js';

const errorOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: PerpixelError) => error,
  );

/** A directory that points to itself, so many times, by one tag. */
function circle(tag: number, littleEndian: boolean, pointers = 1000): Buffer {
  const head = Buffer.from(littleEndian ? 'II*\0\x08\0\0\0' : 'MM\0*\0\0\0\x08', 'latin1');
  const directory = Buffer.alloc(2 + pointers * 12 + 4);
  const entry = Buffer.alloc(12);
  const number = tiffEntry(tag, 4, [8], littleEndian).value;
  if (littleEndian) {
    directory.writeUInt16LE(pointers, 0);
    entry.writeUInt16LE(tag, 0);
    entry.writeUInt16LE(4, 2);
    entry.writeUInt32LE(1, 4);
  } else {
    directory.writeUInt16BE(pointers, 0);
    entry.writeUInt16BE(tag, 0);
    entry.writeUInt16BE(4, 2);
    entry.writeUInt32BE(1, 4);
  }
  number.copy(entry, 8);
  for (let i = 0; i < pointers; i++) entry.copy(directory, 2 + i * 12);
  return Buffer.concat([head, directory]);
}

describe('work is linear in the size of the file', () => {
  test.each(
    (['jpeg', 'png', 'webp', 'avif'] as const).flatMap((format) =>
      [34665, 34853, 40965].map((tag) => ({ format, tag, littleEndian: tag !== 34853 })),
    ),
  )('EXIF that points to itself by $tag, in $format', async ({ format, tag, littleEndian }) => {
    const bytes = await encodeRaster(picture(format, { exif: circle(tag, littleEndian) }));
    const start = performance.now();
    const { pixels } = await readRaster(bytes);
    expect(pixels.shape).toEqual([7, 5, 3]);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  test('a TIFF whose tags each claim the whole file', async () => {
    const claims = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [50_000 + i, Array(20).fill(0)]));
    const bytes = tiffOf({ ...tiffTags([8, 8], 8), ...claims }, Buffer.alloc(1_000_000));
    const table = bytes.readUInt32LE(4) + 2;
    for (let i = 0; i < bytes.readUInt16LE(table - 2); i++) {
      const entry = table + i * 12;
      if (bytes.readUInt16LE(entry) < 50_000) continue;
      bytes.writeUInt16LE(7, entry + 2);
      bytes.writeUInt32LE(bytes.length - 16, entry + 4);
      bytes.writeUInt32LE(0, entry + 8);
    }
    expect(await errorOf(readRaster(bytes))).toMatchObject({
      code: 'E_FORMAT',
      received: expect.stringMatching(/tags/),
    });
  });

  // Files with holes, as a disk that was full or a broken copy leaves them; what they take is their picture's.
  test.each([
    ['jpeg', 'E_SIZE'],
    ['png', undefined],
    ['webp', undefined],
    ['avif', 'E_SIZE'],
    ['tiff', undefined],
    ['npy', undefined],
    ['pfm', undefined],
  ] as const)('a %s with two gigabytes of zeros behind', async (format, code) => {
    const file = join(await temporaryFolder(), `long.${format}`);
    const raster = picture(format, { height: 16, width: 16, bitDepth: format === 'pfm' ? 32 : 8 });
    await writeFile(file, await encodeRaster(raster));
    await truncate(file, 2 ** 31);
    const read = readRaster(file);
    if (code) expect(await errorOf(read)).toMatchObject({ code, received: expect.stringMatching(/bytes for 16 x 16/) });
    else expect((await read).pixels.shape).toEqual([16, 16, 3]);
  });

  test.each([
    ['png', chunk('tEXt', Buffer.alloc(0)), 260_000],
    ['webp', Buffer.from('ABCD\0\0\0\0', 'latin1'), 11_000],
  ] as const)('a %s of nothing but chunks', async (format, one, count) => {
    const plain = await encodeRaster(picture(format));
    const at = format === 'png' ? 33 : plain.length;
    const bytes = Buffer.concat([plain.subarray(0, at), ...Array(count).fill(one), plain.subarray(at)]);
    if (format === 'webp') bytes.writeUInt32LE(bytes.length - 8, 4);
    expect(await errorOf(readRaster(bytes))).toMatchObject({
      code: 'E_FORMAT',
      received: expect.stringMatching(/chunks/),
    });
  });

  test.each(['png', 'webp'] as const)('what is appended to a %s is told of', async (format) => {
    const plain = await encodeRaster(picture(format));
    const { metadata } = await readRaster(Buffer.concat([plain, Buffer.from('a video')]));
    expect(metadata.notices).toEqual(['what is appended behind the picture is not kept']);
    expect((await readRaster(Buffer.concat([plain, Buffer.alloc(100)]))).metadata.notices).toBeUndefined();
  });

  test.each([
    ['iCCP', 'x\0\0'],
    ['zTXt', 'Raw profile type exif\0\0'],
    ['iTXt', 'XML:com.adobe.xmp\0\x01\0\0\0'],
  ])('metadata that unpacks to more than any has, in %s', async (type, head) => {
    const plain = await encodeRaster(picture('png'));
    const bomb = chunk(type, Buffer.concat([Buffer.from(head, 'latin1'), deflateSync(Buffer.alloc(40e6))]));
    const { pixels, metadata } = await readRaster(Buffer.concat([plain.subarray(0, 33), bomb, plain.subarray(33)]));
    expect(pixels.data).toEqual(picture('png').pixels.data);
    expect(metadata).toMatchObject({ isMended: true, notices: [expect.stringMatching(/damaged and not kept/)] });
  });
});

const frameAt = (jpeg: Buffer) => jpeg.indexOf(Buffer.from([0xff, 0xc0]));

describe('sizes', () => {
  const patched = async (format: 'jpeg' | 'png' | 'webp', change: (bytes: Buffer) => void) => {
    const bytes = await encodeRaster(picture(format, { lossless: true }));
    change(bytes);
    return bytes;
  };
  test.each<[string, () => Buffer | Promise<Buffer>]>([
    ['JPEG', () => patched('jpeg', (bytes) => bytes.writeUInt32BE(0x4e204e20, frameAt(bytes) + 5))],
    ['PNG', () => patched('png', (bytes) => bytes.writeUInt32BE(60_000_000, 16))],
    ['TIFF', () => tiffOf(tiffTags([20_000, 20_000], 8), Buffer.alloc(64))],
    [
      'NPY',
      () =>
        Buffer.from(
          "\x93NUMPY\x01\0\x46\0{'descr': '<f4', 'fortran_order': False, 'shape': (20000, 20000), }   \n",
          'latin1',
        ),
    ],
    ['PFM', () => Buffer.from('Pf\n20000 20000\n-1.0\n')],
  ])('a %s that claims more than 268 megapixels is refused unread', async (_, make) => {
    expect(await errorOf(readRaster(await make()))).toMatchObject({
      code: 'E_SIZE',
      cure: expect.stringMatching(/--limit-pixels/),
    });
  });

  test('a JPEG of a few bytes that claims what is allowed', async () => {
    const bytes = await patched('jpeg', (jpeg) => jpeg.writeUInt32BE(0x3fff3fff, frameAt(jpeg) + 5));
    expect(await errorOf(readRaster(bytes))).toMatchObject({ code: 'E_READ' });
  });

  test.each([
    'jpeg',
    'png',
    'webp',
    'avif',
    'tiff',
    'npy',
    'pfm',
  ] as const)('limitPixels holds for %s', async (format) => {
    const bytes = await encodeRaster(picture(format));
    expect(await errorOf(readRaster(bytes, { limitPixels: 34 }))).toMatchObject({ code: 'E_SIZE' });
    expect((await readRaster(bytes, { limitPixels: 35 })).pixels.shape).toEqual([7, 5, 3]);
  });

  test.each([
    ['webp', 16_384],
    ['jpeg', 65_501],
  ] as const)('what %s cannot have is said before', async (format, width) => {
    const { pixels } = picture('png', { height: 1, width });
    expect(await errorOf(encodeRaster({ pixels, metadata: { format, bitDepth: 8 } }))).toMatchObject({
      code: 'E_SIZE',
    });
  });
});

describe('what is no file', () => {
  test.runIf(process.platform !== 'win32')('named pipes are refused at once, however many', async () => {
    const folder = await temporaryFolder();
    const [pipe, file] = [join(folder, 'pipe.png'), join(folder, 'x.png')];
    execFileSync('/usr/bin/mkfifo', [pipe]);
    await writeFile(file, await encodeRaster(picture('png')));
    const errors = await Promise.all(Array.from({ length: 8 }, () => errorOf(readRaster(pipe))));
    for (const error of errors) expect(error).toMatchObject({ code: 'E_READ', received: 'a named pipe' });
    await readRaster(file);
  });

  test.runIf(process.platform === 'linux')('so are devices', async () => {
    expect(await errorOf(readRaster('/dev/zero'))).toMatchObject({ code: 'E_READ', received: 'a device' });
  });
});

test('an abort is heard while a decoder is at work', async () => {
  const large = picture('png', { height: 3000, width: 3000, channels: 1 });
  const bytes = await encodeRaster(large);
  const controller = new AbortController();
  const reading = readRaster(bytes, { signal: controller.signal });
  setTimeout(() => controller.abort(new Error('enough')), 1);
  await expect(reading).rejects.toThrow('enough');
});

describe('samples that are no numbers are set aside', () => {
  const grey = (...values: number[]) => ndarray(Float32Array.from(values), [2, values.length / 2, 1]);
  test.each<[string, number[], number[]]>([
    ['the neighbour to the left stands in', [0, 1, Number.NaN, 3, 4, 5], [0, 1, 1, 3, 4, 5]],
    ['at the start of a row the one to the right', [Number.POSITIVE_INFINITY, 1, 2, 3, 4, 5], [1, 1, 2, 3, 4, 5]],
    ['for a whole row the one below', [Number.NaN, 2e6, Number.NaN, 3, 4, 5], [3, 4, 5, 3, 4, 5]],
  ])('%s', (_, values, expected) => {
    const pixels = grey(...values);
    const putBack = setAside({ pixels });
    expect([...pixels.data]).toEqual(expected);
    putBack();
    expect([...pixels.data]).toEqual([...Float32Array.from(values)]);
  });

  test('what was filled meanwhile stays filled', () => {
    const pixels = grey(0, Number.NaN, Number.NaN, 3);
    const putBack = setAside({ pixels });
    pixels.data[1] = 0.7;
    putBack({ unlessChanged: true });
    expect([...pixels.data]).toEqual([0, Math.fround(0.7), Number.NaN, 3]);
  });

  test('a channel of nothing else is refused', () => {
    expect(() => setAside({ pixels: grey(Number.NaN, 3e38) })).toThrow(/all NaN, infinite or beyond a million/);
  });
});

test('EXIF with an offset outside leaves the picture as it is', async () => {
  for (const format of ['jpeg', 'png', 'webp', 'tiff'] as const) {
    const exif = exifBlob({ littleEndian: true });
    exif.writeUInt32LE(0x00f0_0000, exif.indexOf(Buffer.from([0x69, 0x87, 4, 0])) + 8);
    const raster = await readRaster(await encodeRaster(picture(format, { exif })));
    for (const other of ['jpeg', 'png', 'tiff'] as const)
      await readRaster(await encodeRaster(raster, { format: other }));
  }
});
