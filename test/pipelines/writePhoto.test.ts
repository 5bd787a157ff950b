import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { encodeRaster } from '../../src/images/encodeRaster.js';
import type { Format } from '../../src/images/formats/registry.js';
import { exifOrientation } from '../../src/images/metadata/exif.js';
import { serialiseDirectory, tiffEntry, tiffHeader } from '../../src/images/metadata/tiffStructure.js';
import { readRaster } from '../../src/images/readRaster.js';
import { photoBytes, writePhoto } from '../../src/pipelines/writePhoto.js';
import { exifBlob, type PictureOptions, picture, XMP } from '../helpers/pictures.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

/** Stored on its side, and says of which sizes: 7 x 5. */
function sizedExif(): Buffer {
  const entries = [tiffEntry(0x0100, 4, [7], true), tiffEntry(0x0101, 4, [5], true), tiffEntry(0x0112, 3, [6], true)];
  const directory = serialiseDirectory({ littleEndian: true, entries, children: new Map() }, 8);
  return Buffer.concat([tiffHeader(true, 8), directory]);
}

const untouched = [{ isUnchanged: true }];

/** What is written of a file that needs nothing: from the file, and from its bytes. */
async function written(format: Format, bytes: Buffer): Promise<[Buffer, Buffer]> {
  const folder = await temporaryFolder();
  const [file, copy] = ['photo', 'copy'].map((name) => path.join(folder, `${name}.${format}`));
  await writeFile(file, bytes);
  const photo = { raster: await readRaster(file), results: untouched };
  expect(await writePhoto({ ...photo, source: { path: file } }, copy, {})).toEqual([]);
  const { bytes: ofBytes } = await photoBytes({ ...photo, source: { bytes } }, {});
  return [await readFile(copy), Buffer.from(ofBytes)];
}

describe('a photo that needs nothing', () => {
  test.each<[string, Format, PictureOptions]>([
    ['upright', 'jpeg', { quality: 60, exif: exifBlob(), xmp: XMP }],
    ['on its side', 'jpeg', { quality: 60, exif: exifBlob({ orientation: 6 }) }],
    ['upside down', 'jpeg', { quality: 60, exif: exifBlob({ orientation: 3 }) }],
    [
      'on its side by XMP alone',
      'jpeg',
      { xmp: Buffer.from(XMP.toString().replace('xmp:Rating="4"', 'tiff:Orientation="6"')) },
    ],
    ['on its side', 'webp', { quality: 60, exif: exifBlob({ orientation: 8 }) }],
    ['upright', 'avif', { height: 16, width: 16, quality: 60 }],
    ['upright', 'png', { exif: exifBlob() }],
  ])('and is %s is copied byte for byte: %s', async (_, format, options) => {
    const bytes = await encodeRaster(picture(format, options));
    expect(await written(format, bytes)).toEqual([bytes, bytes]);
  });

  test.each([
    'jpeg',
    'webp',
  ] as const)('of a %s on its side, sizes in EXIF go, and every other byte stays', async (format) => {
    const bytes = await encodeRaster(picture(format, { quality: 60, exif: sizedExif() }));
    const [copy, ofBytes] = await written(format, bytes);
    expect(ofBytes).toEqual(copy);
    const from = bytes.indexOf(sizedExif());
    const until = from + sizedExif().length;
    expect([copy.subarray(0, from), copy.subarray(until)]).toEqual([bytes.subarray(0, from), bytes.subarray(until)]);
    const exif = copy.subarray(from, until);
    expect(exifOrientation(exif)).toBe(6);
    expect(exif.readUInt16LE(8)).toBe(1);
    const [before, after] = await Promise.all([readRaster(bytes), readRaster(copy)]);
    expect(after.pixels).toEqual(before.pixels);
  });

  test.each(['png', 'tiff'] as const)('a %s on its side is turned, which costs no pixel', async (format) => {
    const bytes = await encodeRaster(picture(format, { exif: exifBlob({ orientation: 6 }) }));
    const [copy] = await written(format, bytes);
    const [before, after] = await Promise.all([readRaster(bytes), readRaster(copy)]);
    expect(exifOrientation(after.metadata.exif!)).toBe(1);
    expect(after.pixels).toEqual(before.pixels);
  });
});
