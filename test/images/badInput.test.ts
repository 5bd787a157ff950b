import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PerpixelError } from '../../src/core/errors.js';
import { encodeRaster } from '../../src/images/encodeRaster.js';
import { readRaster } from '../../src/images/readRaster.js';
import { writeRaster } from '../../src/images/writeRaster.js';
import { exifBlob, picture } from '../helpers/pictures.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perpixel-bad-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function errorOf(work: Promise<unknown>): Promise<PerpixelError> {
  const error = await work.then(
    () => undefined,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(PerpixelError);
  return error as PerpixelError;
}

const frames = () => {
  const frame = (value: number) =>
    sharp({ create: { width: 4, height: 4, channels: 3, background: { r: value, g: 0, b: 0 } } })
      .png()
      .toBuffer();
  return Promise.all([frame(0), frame(200)]);
};
const animation = async () => sharp(await frames(), { join: { animated: true } });
const npy = (header: string, bytes: number) => {
  const head = Buffer.from(`\x93NUMPY\x01\0\0\0${header}\n`, 'latin1');
  head.writeUInt16LE(header.length + 1, 8);
  return Buffer.concat([head, Buffer.alloc(bytes)]);
};

describe('bytes that are no picture for us', () => {
  test.each<[string, 'E_READ' | 'E_FORMAT', RegExp, () => Buffer | Promise<Buffer>]>([
    ['an empty file', 'E_READ', /empty file/, () => Buffer.alloc(0)],
    ['text named .png', 'E_FORMAT', /text; expected a picture: /, () => Buffer.from('Not found\n')],
    ['noise', 'E_FORMAT', /unknown kind/, () => Buffer.from([1, 2, 3, 4, 5, 6, 7, 8, 0, 1])],
    ['a GIF', 'E_FORMAT', /GIF.*perpixel video/, async () => (await animation()).gif().toBuffer()],
    [
      'an animated WebP',
      'E_FORMAT',
      /animated WebP.*perpixel video/,
      async () => (await animation()).webp().toBuffer(),
    ],
    [
      'a CMYK JPEG',
      'E_FORMAT',
      /CMYK.*Convert it to RGB/,
      async () =>
        sharp((await frames())[0])
          .toColourspace('cmyk')
          .jpeg()
          .toBuffer(),
    ],
    [
      'a CMYK TIFF',
      'E_FORMAT',
      /CMYK/,
      async () =>
        sharp((await frames())[0])
          .toColourspace('cmyk')
          .tiff()
          .toBuffer(),
    ],
    ['an SVG', 'E_FORMAT', /SVG/, () => Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>')],
    [
      'NPY in Fortran order',
      'E_FORMAT',
      /Fortran.*ascontiguousarray/,
      () => npy("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", 24),
    ],
    [
      'NPY of integers',
      'E_FORMAT',
      /i8.*float32/,
      () => npy("{'descr': '<i8', 'fortran_order': False, 'shape': (2, 3), }", 48),
    ],
    [
      'NPY of 4 channels',
      'E_FORMAT',
      /\(2, 3, 4\)/,
      () => npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3, 4), }", 24),
    ],
    ['NPY cut off', 'E_READ', /cut off/, () => npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 20)],
    ['PFM cut off', 'E_READ', /cut off/, () => Buffer.from('Pf\n4 4\n-1.0\n1234')],
  ])('%s', async (_, code, message, make) => {
    const error = await errorOf(readRaster(await make()));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });

  test('an animated PNG', async () => {
    const still = await encodeRaster(picture('png'));
    const control = Buffer.from('000000086163544c000000020000000000000000', 'hex');
    const error = await errorOf(readRaster(Buffer.concat([still.subarray(0, 33), control, still.subarray(33)])));
    expect(error).toMatchObject({ code: 'E_FORMAT', received: 'an animated PNG' });
  });

  test('a TIFF of two pages', async () => {
    const error = await errorOf(readRaster(await (await animation()).tiff().toBuffer()));
    expect(error).toMatchObject({ code: 'E_FORMAT', received: 'a TIFF of 2 pages' });
  });

  test.each(['jpeg', 'png', 'webp', 'tiff', 'avif'] as const)('%s cut off anywhere', async (format) => {
    const whole = await encodeRaster(picture(format, { height: 60, width: 50, exif: exifBlob() }));
    for (const part of [0.1, 0.3, 0.5, 0.7, 0.9]) {
      const error = await errorOf(readRaster(whole.subarray(0, Math.floor(whole.length * part))));
      expect(error.code).toBe('E_READ');
      expect(error.cure).toMatch(/cut off|damaged/);
    }
  });
});

describe('paths', () => {
  test.each<[string, RegExp, (path: string) => Promise<unknown>]>([
    ['missing', /no such file/, async () => {}],
    // As Node gives a name with bytes that are no UTF-8.
    ['mir\uFFFD.png', /name is not UTF-8/, async () => {}],
    ['folder', /a folder/, (path) => mkdir(path)],
    ['empty.png', /an empty file/, (path) => writeFile(path, '')],
  ])('reading %s', async (name, message, make) => {
    const path = join(folder, name);
    await make(path);
    const error = await errorOf(readRaster(path));
    expect(error).toMatchObject({ code: 'E_READ', subject: path });
    expect(error.message).toMatch(message);
  });

  test.each<[string, RegExp, () => Promise<string>]>([
    ['into a folder that is not there', /a folder that is not there/, async () => join(folder, 'nowhere', 'x.png')],
    [
      'onto a folder',
      /a folder of this name/,
      async () => {
        await mkdir(join(folder, 'taken'));
        return join(folder, 'taken');
      },
    ],
  ])('writing %s', async (_, message, make) => {
    const error = await errorOf(writeRaster(picture('png'), await make()));
    expect(error.code).toBe('E_WRITE');
    expect(error.message).toMatch(message);
  });

  test.runIf(process.platform !== 'win32')('without permission', async () => {
    const path = join(folder, 'secret.png');
    await writeRaster(picture('png'), path);
    await chmod(path, 0);
    await chmod(folder, 0o500);
    const isRoot = process.geteuid?.() === 0;
    // Root may do anything, so for a moment be nobody.
    if (isRoot) process.seteuid?.(65_534);
    const reading = await errorOf(readRaster(path));
    const writing = await errorOf(writeRaster(picture('png'), join(folder, 'new.png')));
    if (isRoot) process.seteuid?.(0);
    await chmod(folder, 0o700);
    expect(reading.message).toMatch(/no permission to read/);
    expect(writing.message).toMatch(/no permission to write/);
  });

  test.runIf(process.platform === 'linux').each(['jpeg', 'png', 'webp', 'tiff', 'npy', 'pfm'] as const)(
    'a full disk under %s',
    async (format) => {
      const link = join(folder, `full.${format}`);
      await symlink('/dev/full', link);
      const error = await errorOf(writeRaster(picture(format, { height: 300, width: 300 }), link));
      expect(error).toMatchObject({ code: 'E_WRITE', received: 'the disk is full' });
      expect(await readdir(folder)).not.toContain(`full.${format}`);
    },
  );

  test('what is too large for the format is said, not lost', async () => {
    const exif = Buffer.concat([exifBlob(), Buffer.alloc(70_000)]);
    const path = join(folder, 'large.jpg');
    const error = await errorOf(writeRaster(picture('jpeg', { exif }), path));
    expect(error.message).toMatch(/bytes of EXIF; expected at most 65527 in a JPEG/);
    await expect(readFile(path)).rejects.toThrow('ENOENT');
  });
});

test('an aborted signal stops reading', async () => {
  const bytes = await encodeRaster(picture('png'));
  await expect(readRaster(bytes, { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
});
