import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import { encodeRaster } from '../../src/images/encodeRaster.js';
import { exifOrientation, uprightExif } from '../../src/images/metadata/exif.js';
import { uprightXmp } from '../../src/images/metadata/xmp.js';
import { readRaster } from '../../src/images/readRaster.js';
import { exifBlob, picture } from '../helpers/pictures.js';

/** Stored as 2 rows of 3; as it must be shown, by orientation (EXIF 2.32, 4.6.4, the table of tag 274). */
const STORED = [10, 20, 30, 40, 50, 60];
const SHOWN: Record<number, number[][]> = {
  1: [
    [10, 20, 30],
    [40, 50, 60],
  ],
  2: [
    [30, 20, 10],
    [60, 50, 40],
  ],
  3: [
    [60, 50, 40],
    [30, 20, 10],
  ],
  4: [
    [40, 50, 60],
    [10, 20, 30],
  ],
  5: [
    [10, 40],
    [20, 50],
    [30, 60],
  ],
  6: [
    [40, 10],
    [50, 20],
    [60, 30],
  ],
  7: [
    [60, 30],
    [50, 20],
    [40, 10],
  ],
  8: [
    [30, 60],
    [20, 50],
    [10, 40],
  ],
};

describe.each(['png', 'tiff', 'webp'] as const)('%s', (format) => {
  test.each(
    Object.keys(SHOWN).map(Number),
  )('orientation %d is applied once to pixels and alpha', async (orientation) => {
    const shown = SHOWN[orientation];
    const raster = {
      ...picture(format, { height: 2, width: 3, exif: exifBlob({ orientation }), lossless: true }),
      pixels: ndarray(Uint8Array.from(STORED.flatMap((v) => [v, v, v])), [2, 3, 3]),
      alpha: ndarray(
        Uint8Array.from(STORED, (v) => v + 1),
        [2, 3],
      ),
    };
    const once = await readRaster(await encodeRaster(raster));
    expect([...once.pixels.data].filter((_, i) => i % 3 === 0)).toEqual(shown.flat());
    expect(once.pixels.shape).toEqual([shown.length, shown[0].length, 3]);
    expect([...once.alpha!.data]).toEqual(shown.flat().map((v) => v + 1));
    expect(exifOrientation(once.metadata.exif!)).toBe(1);

    const twice = await readRaster(await encodeRaster(once));
    expect(twice.pixels.data).toEqual(once.pixels.data);
  });
});

test.each([3, 6, 8])('JPEG, orientation %d', async (orientation) => {
  const raster = {
    ...picture('jpeg', { exif: exifBlob({ orientation, littleEndian: true }), quality: 100 }),
    pixels: ndarray(Uint8Array.from(STORED), [2, 3, 1]),
  };
  const { pixels } = await readRaster(await encodeRaster(raster));
  const shown = SHOWN[orientation];
  expect(pixels.shape).toEqual([shown.length, shown[0].length, 1]);
  shown.flat().forEach((value, i) => {
    expect(Math.abs(pixels.data[i] - value)).toBeLessThanOrEqual(2);
  });
});

test.each([false, true])('two bytes of the blob change and no other (little endian: %s)', (littleEndian) => {
  const exif = uprightExif(exifBlob({ orientation: 6, littleEndian }), 6);
  expect(exif).toEqual(exifBlob({ orientation: 1, littleEndian }));
});

test.each([
  ['nonsense', exifBlob({ orientation: 9 })],
  ['a blob cut off', exifBlob({ orientation: 6 }).subarray(0, 12)],
  ['a directory outside', Buffer.from('II*\0\xff\xff\xff\x7f\0\0\0\0\0\0', 'latin1')],
])('%s says nothing', (_, blob) => {
  expect(exifOrientation(blob)).toBeUndefined();
});

test.each([
  ['<rdf:Description tiff:Orientation="6" a="6"/>', '<rdf:Description tiff:Orientation="1" a="6"/>'],
  ['<tiff:Orientation>8</tiff:Orientation>', '<tiff:Orientation>1</tiff:Orientation>'],
  ['<x tiff:Make="6"/>', '<x tiff:Make="6"/>'],
])('XMP %s', (before, after) => {
  expect(uprightXmp(Buffer.from(before), 1).toString()).toBe(after);
});
