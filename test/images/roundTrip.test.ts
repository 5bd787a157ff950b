import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeRaster } from '../../src/images/encodeRaster.js';
import type { Format } from '../../src/images/formats/registry.js';
import { readRaster } from '../../src/images/readRaster.js';
import { writeRaster } from '../../src/images/writeRaster.js';
import { exifBlob, IPTC, picture, wideGamutProfile, XMP } from '../helpers/pictures.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perpixel-'));
});
afterAll(() => rm(folder, { recursive: true }));

const LOSSLESS: [Format, 8 | 16 | 32, grey: boolean, alpha: boolean][] = [
  ['png', 8, true, true],
  ['png', 16, true, true],
  ['tiff', 8, true, true],
  ['tiff', 16, true, true],
  ['tiff', 32, true, false],
  ['webp', 8, false, true],
  ['avif', 8, false, true],
  ['npy', 8, true, false],
  ['npy', 16, true, false],
  ['npy', 32, true, false],
  ['pfm', 32, true, false],
];

const cases = LOSSLESS.flatMap(([format, bitDepth, hasGrey, hasAlpha]) =>
  (hasGrey ? ([1, 3] as const) : ([3] as const)).flatMap((channels) =>
    (hasAlpha ? [false, true] : [false]).map((alpha) => ({ format, bitDepth, channels, alpha })),
  ),
);

describe('samples come back as they were', () => {
  test.each([
    ...cases,
    { format: 'tiff', bitDepth: 32, channels: 3, alpha: true } as const,
  ])('$format, $bitDepth bits, $channels channels, alpha $alpha', async ({ format, ...options }) => {
    const icc = await wideGamutProfile();
    const raster = picture(format, { ...options, icc, lossless: true });
    const path = join(folder, `picture.${format}`);
    await writeRaster(raster, path);
    const back = await readRaster(path);
    expect(back.pixels.shape).toEqual(raster.pixels.shape);
    expect(back.pixels.data).toEqual(raster.pixels.data);
    expect(back.alpha?.data).toEqual(raster.alpha?.data);
    expect(back.metadata.bitDepth).toBe(options.bitDepth);
  });

  test.each(['none', 'lzw', 'deflate', 'packbits'])('TIFF compressed with %s stays so', async (compression) => {
    const back = await readRaster(await encodeRaster(picture('tiff', { bitDepth: 16, compression })));
    expect(back.metadata.compression).toBe(compression);
    expect((await readRaster(await encodeRaster(back))).metadata.compression).toBe(compression);
  });

  test.each(['none', 'deflate'])('float TIFF of many strips, compression %s', async (compression) => {
    const raster = picture('tiff', { bitDepth: 32, height: 1500, width: 70, compression });
    const back = await readRaster(await encodeRaster(raster));
    expect(back.pixels.data).toEqual(raster.pixels.data);
    expect(back.metadata.compression).toBe(compression);
  });
});

describe('metadata', () => {
  const formats = ['jpeg', 'png', 'webp', 'tiff', 'avif'] as const;

  test.each(
    formats.flatMap((from) => formats.map((to) => [from, to] as const)),
  )('goes from %s to %s byte for byte', async (from, to) => {
    const icc = Buffer.concat([await wideGamutProfile(), Buffer.alloc(150_000, 'long profile')]);
    const exif = exifBlob({ littleEndian: true });
    const first = await readRaster(await encodeRaster(picture(from, { icc, exif, xmp: XMP })));
    const second = await readRaster(await encodeRaster(first, { format: to }));
    expect(second.metadata.icc?.equals(icc)).toBe(true);
    expect(second.metadata.exif).toEqual(first.metadata.exif);
    expect(second.metadata.xmp).toEqual(XMP);
    if (from !== 'tiff') expect(first.metadata.exif).toEqual(exif);
  });

  test.each(['jpeg', 'png', 'tiff'] as const)('IPTC stays in %s', async (format) => {
    const back = await readRaster(await encodeRaster(picture(format, { iptc: IPTC })));
    expect(back.metadata.iptc).toEqual(IPTC);
  });

  test.each([
    ['jpeg', 300],
    ['png', 300],
    ['tiff', 300],
  ] as const)('density stays in %s', async (format, density) => {
    const back = await readRaster(await encodeRaster(picture(format, { density })));
    expect(back.metadata.density).toBeCloseTo(density, 2);
    expect((await readRaster(await encodeRaster(back))).metadata.density).toBe(back.metadata.density);
  });
});

test.each([
  'jpeg',
  'png',
  'webp',
  'tiff',
  'avif',
  'npy',
  'pfm',
] as const)('%s: the same raster gives the same bytes, to a file and to memory', async (format) => {
  const raster = picture(format, { icc: await wideGamutProfile(), exif: exifBlob(), xmp: XMP, density: 72 });
  const path = join(folder, `twice.${format}`);
  await writeRaster(raster, path);
  expect((await encodeRaster(raster)).equals(await readFile(path))).toBe(true);
});

test.each([
  ['tiff', 16, 'jpeg', 8],
  ['png', 16, 'webp', 8],
  ['pfm', 32, 'png', 16],
  ['npy', 32, 'tiff', 32],
  ['jpeg', 8, 'npy', 32],
  ['png', 8, 'pfm', 32],
] as const)('%s of %d bits becomes %s of %d', async (from, bitDepth, format, expected) => {
  const back = await readRaster(await encodeRaster(picture(from, { bitDepth }), { format }));
  expect(back.metadata).toMatchObject({ format, bitDepth: expected });
});
