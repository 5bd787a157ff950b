import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRaster } from '../../src/images/readRaster.js';
import { writeRaster } from '../../src/images/writeRaster.js';
import { exifBlob, IPTC, MAKER_NOTE, picture, wideGamutProfile, XMP } from '../helpers/pictures.js';

/** A reader that shares no code with this one. Debian: libimage-exiftool-perl. */
function exiftool(path: string, ...options: string[]): Buffer {
  return execFileSync('exiftool', [...options, path], { stdio: ['ignore', 'pipe', 'pipe'] });
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perpixel-exiftool-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe.each([
  ['jpeg', 8, false],
  ['png', 8, true],
  ['png', 16, true],
  ['tiff', 8, false],
  ['tiff', 16, true],
  ['webp', 8, true],
  ['avif', 8, true],
] as const)('%s of %d bits, alpha %s', (format, bitDepth, alpha) => {
  let path: string;
  let tags: Record<string, unknown>;
  let icc: Buffer;
  beforeAll(async () => {
    path = join(folder, `${bitDepth}.${format}`);
    icc = await wideGamutProfile();
    const source = picture(format, {
      bitDepth,
      alpha,
      icc,
      exif: exifBlob({ orientation: 6 }),
      xmp: XMP,
      iptc: IPTC,
      density: 240,
    });
    const sourcePath = join(folder, `source.${format}`);
    await writeRaster(source, sourcePath);
    await writeRaster(await readRaster(sourcePath), path);
    tags = JSON.parse(exiftool(path, '-json', '-n', '-G1', '-a', '-u').toString())[0];
  });

  test('EXIF: camera, times, place, maker note', () => {
    expect(tags).toMatchObject({
      'IFD0:Make': 'ACME',
      'IFD0:Model': 'Model 1',
      'ExifIFD:DateTimeOriginal': '2024:05:06 07:08:09',
      'ExifIFD:ExposureTime': 1 / 250,
      'GPS:GPSLatitude': 48 + 8 / 60 + 15 / 3600,
    });
    expect(exiftool(path, '-b', '-u', '-MakerNoteUnknown')).toEqual(MAKER_NOTE);
  });

  test('no second turn is asked for', () => expect(tags['IFD0:Orientation']).toBe(1));

  test('profile and XMP byte for byte', () => {
    expect(exiftool(path, '-b', '-ICC_Profile').equals(icc)).toBe(true);
    expect(exiftool(path, '-b', '-XMP')).toEqual(XMP);
    expect(tags['XMP-xmp:Rating']).toBe(4);
  });

  test('size, depth and alpha', () => {
    const size = format === 'avif' ? '5 7' : '7 5';
    expect(tags['Composite:ImageSize']).toBe(size);
    if (format === 'png') expect(tags).toMatchObject({ 'PNG:BitDepth': bitDepth, 'PNG:ColorType': alpha ? 6 : 2 });
    if (format === 'tiff') {
      expect(tags['IFD0:BitsPerSample']).toBe(
        Array(alpha ? 4 : 3)
          .fill(bitDepth)
          .join(' '),
      );
      expect(tags['IFD0:ExtraSamples']).toBe(alpha ? 2 : undefined);
    }
  });

  test('IPTC and density, where the format has room for them', () => {
    if (format === 'webp' || format === 'avif') {
      expect(tags).not.toHaveProperty('IPTC:ObjectName');
      return;
    }
    expect(tags['IPTC:ObjectName']).toBe('Harbor');
    const density =
      tags['JFIF:XResolution'] ?? tags['IFD0:XResolution'] ?? Number(tags['PNG-pHYs:PixelsPerUnitX']) * 0.0254;
    expect(density).toBeCloseTo(240, 1);
  });

  test('exiftool finds nothing wrong', () => {
    const report = exiftool(path, '-warning', '-error', '-a', '-s3').toString().trim();
    expect(report).toBe('[minor] Unrecognized MakerNotes');
  });
});
