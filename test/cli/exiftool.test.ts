import { execFileSync } from 'node:child_process';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readRaster } from '../../src/images/readRaster.js';
import { writeRaster } from '../../src/images/writeRaster.js';
import { perpixel } from '../helpers/perpixel.js';
import { exifBlob, picture, wideGamutProfile, XMP } from '../helpers/pictures.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { writeTinyDenoiser } from '../helpers/tinyDenoiser.js';

test('a 16-bit TIFF keeps its bits, profile, EXIF, XMP and time, says exiftool', async () => {
  const home = await temporaryFolder();
  const clean = path.join(home, 'clean');
  const [icc, model] = [await wideGamutProfile(), await writeTinyDenoiser(home)];
  const photo = path.join(home, 'scan.tif');
  await writeRaster(
    picture('tiff', { bitDepth: 16, alpha: true, icc, exif: exifBlob(), xmp: XMP, height: 30, width: 20 }),
    photo,
  );
  expect((await perpixel(['denoise', photo, '-o', clean, '--model', model, '--sigma', '20'])).code).toBe(0);
  const output = path.join(clean, 'scan.tif');
  const exiftool = (...args: string[]) =>
    execFileSync('exiftool', [...args, output], { stdio: ['ignore', 'pipe', 'pipe'] });
  expect(JSON.parse(exiftool('-json', '-n', '-G1').toString())[0]).toMatchObject({
    'IFD0:Make': 'ACME',
    'IFD0:BitsPerSample': '16 16 16 16',
    'IFD0:Orientation': 1,
    'ExifIFD:DateTimeOriginal': '2024:05:06 07:08:09',
    'XMP-xmp:Rating': 4,
  });
  expect(exiftool('-b', '-ICC_Profile').equals(icc)).toBe(true);
  expect((await stat(output)).mtimeMs).toBeCloseTo((await stat(photo)).mtimeMs, -1);
  const [before, after] = await Promise.all([photo, output].map((file) => readRaster(file)));
  expect(after.alpha!.data).toEqual(before.alpha!.data);
  expect(after.pixels.data).not.toEqual(before.pixels.data);
});
