import { copyFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ndarray from 'ndarray';
import sharp, { type Region } from 'sharp';
import { describe, expect, test } from 'vitest';
import { inTurns } from '../../src/core/inTurns.js';
import { random } from '../../src/core/random.js';
import { type Camera, cameraAtIso, mosaic, sensorNoise as withSensorNoise } from '../../src/degradations/camera.js';
import { gaussianFilter } from '../../src/degradations/gaussianFilter.js';
import { encodeRaster } from '../../src/images/encodeRaster.js';
import { decodeApart } from '../../src/images/formats/decodeApart.js';
import { needs } from '../../src/images/formats/raw/readRawPhoto.js';
import { toLight } from '../../src/images/light.js';
import { exifOrientation } from '../../src/images/metadata/exif.js';
import type { Pixels } from '../../src/images/raster.js';
import { readRaster } from '../../src/images/readRaster.js';
import { wholeOf } from '../../src/images/readWindow.js';
import type { Mosaic } from '../../src/images/sensor.js';
import { denoise } from '../../src/index.js';
import { sensorNoise } from '../../src/tasks/denoise/sensorNoise.js';
import { mosaicDng } from '../helpers/mosaicDng.js';
import { perpixel } from '../helpers/perpixel.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { writeTinyDenoiser } from '../helpers/tinyDenoiser.js';

/** A photo in sRGB; enlarged, as lenses and fine photosites leave it, where `width` is more than its own. */
async function photo(name: string, width: number, region?: Region): Promise<Pixels> {
  const image = sharp(fileURLToPath(new URL(`../../fixtures/photos/${name}.jpg`, import.meta.url)));
  const part = region ? image.extract(region) : image;
  const { data, info } = await part.resize({ width }).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return ndarray(
    Float32Array.from(data, (value) => value / 255),
    [info.height, info.width, 3],
  );
}

const region = { left: 60, top: 120, width: 128, height: 128 };

/** Peak signal-to-noise ratio in dB, but for a border of 4 pixels. */
function psnr(a: Pixels, b: Pixels): number {
  const [height, width, channels] = a.shape;
  let [sum, count] = [0, 0];
  for (let y = 4; y < height - 4; y++) {
    for (let x = 4; x < width - 4; x++) {
      for (let c = 0; c < channels; c++, count++) sum += (a.get(y, x, c) - b.get(y, x, c)) ** 2;
    }
  }
  return -10 * Math.log10(sum / count);
}

describe('a raw file', () => {
  test('is developed to the colours of what was before the camera, as 16 bits of sRGB', async () => {
    const scene = await photo('dogs', 512);
    const raster = await readRaster(mosaicDng(scene, cameraAtIso(800)));
    expect(raster.metadata).toMatchObject({ format: 'dng', bitDepth: 16 });
    expect(psnr(wholeOf(raster), scene)).toBeGreaterThan(36);
    const tiff = await readRaster(await encodeRaster(raster));
    expect(tiff.metadata).toMatchObject({ format: 'tiff', bitDepth: 16 });
    expect(tiff.metadata.icc!.toString('latin1', 36, 40)).toBe('acsp');
    expect(tiff.metadata.exif!.includes('Model 1')).toBe(true);
    expect(tiff.metadata.exif!.includes('2024:05:06 07:08:09')).toBe(true);
  });

  test('is turned once', async () => {
    const scene = await photo('dogs', 60, region);
    const upright = await readRaster(mosaicDng(scene, cameraAtIso(800)));
    const turned = await readRaster(mosaicDng(scene, cameraAtIso(800), { orientation: 6 }));
    expect(exifOrientation(turned.metadata.exif!)).toBe(1);
    const [height, width] = upright.pixels.shape;
    expect(turned.pixels.shape).toEqual([width, height, 3]);
    expect(turned.pixels.get(10, width - 1 - 20, 1)).toBeCloseTo(upright.pixels.get(20, 10, 1), 4);
  });

  test('keeps what noise there is below black, so that dark places keep their mean', async () => {
    const dark = ndarray(new Float32Array(96 * 96 * 3), [96, 96, 3]);
    const { pixels } = await readRaster(mosaicDng(dark, cameraAtIso(12_800), { random: random(3) }));
    const values = Array.from(pixels.data);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
    expect(deviation).toBeGreaterThan(0.03);
    expect(Math.abs(mean)).toBeLessThan(0.1 * deviation);
  });
});

describe("the noise of a sensor is found in one photo, to 5 % of what two exposures' difference tells", () => {
  test.each([
    ['dogs', 3200],
    ['dogs', 12_800],
    ['dandelion', 3200],
    ['dandelion', 12_800],
  ])('%s at ISO %d', async (name, iso) => {
    const scene = await photo(name, 1000);
    const [one, other] = [1, 2].map((seed) => cellsOf(scene, cameraAtIso(iso), seed));
    const found = (await inTurns(sensorNoise(one)))!;
    for (const light of [0.05, 0.1, 0.3]) {
      const { variance, mean } = varianceOfTwo(one, other, light);
      const ratio = (found.offset + found.gain * mean) / variance;
      expect(Math.abs(ratio - 1), `at ${light}: ${ratio}`).toBeLessThan(0.05);
    }
  });
});

/** What a sensor of 14 bits sees of a photo, black at 512. */
function cellsOf({ data, shape }: Pixels, camera: Camera, seed: number): Mosaic {
  const gains = [camera.balance.red, 1, camera.balance.blue];
  const light = ndarray(
    data.map((value, i) => toLight(value) / gains[i % 3]),
    shape,
  );
  const seen = withSensorNoise(mosaic(light), camera, random(seed));
  const [rows, columns] = [shape[0] >> 1, shape[1] >> 1];
  const cells = ndarray(new Uint16Array(rows * columns * 4), [rows, columns, 4]);
  for (let y = 0; y < 2 * rows; y++) {
    for (let x = 0; x < 2 * columns; x++) {
      const level = Math.min(16_383, Math.max(0, Math.round(512 + seen.get(y, x, 0) * 15_871)));
      cells.set(y >> 1, x >> 1, 2 * (y & 1) + (x & 1), Math.round((level / 16_383) * 65_535));
    }
  }
  return { cells, black: 512 / 16_383 };
}

/** Half the mean square of the difference of photosites that saw about that light, and what they saw on average. */
function varianceOfTwo({ cells: { data }, black }: Mosaic, { cells: { data: again } }: Mosaic, light: number) {
  const seen = (value: number) => (value / 65_535 - black) / (1 - black);
  let [squares, sum, count] = [0, 0, 0];
  for (let i = 0; i < data.length; i++) {
    const [a, b] = [seen(data[i]), seen(again[i])];
    const mean = (a + b) / 2;
    if (Math.abs(mean / light - 1) > 0.25) continue;
    squares += (a - b) ** 2 / 2;
    sum += mean;
    count++;
  }
  return { variance: squares / count, mean: sum / count };
}

test('noise is taken out better from a raw file than from the JPEG that is made of it, by 1 dB at least', async () => {
  const camera = cameraAtIso(800);
  const scene = await photo('dandelion', 128, region);
  const raw = mosaicDng(scene, camera, { random: random(1) });
  // As cameras do: sharpened, and JPEG with colour at half the size.
  const { amount, deviation } = camera.sharpening!;
  const sharpened = (picture: Pixels) => {
    const soft = gaussianFilter(picture, deviation).data;
    return ndarray(
      picture.data.map((value, i) => Math.min(1, Math.max(0, value + amount * (value - soft[i])))),
      picture.shape,
    );
  };
  const developed = sharpened(wholeOf(await readRaster(raw)));
  const bytes = Uint8Array.from(developed.data, (value) => value * 255 + 0.5);
  const jpeg = sharp(bytes, { raw: { width: 128, height: 128, channels: 3 } }).jpeg({ quality: 90 });
  const developedFirst = wholeOf(await readRaster(await denoise(await jpeg.toBuffer())));
  const rawFirst = sharpened(wholeOf(await readRaster(await denoise(raw))));
  const truth = sharpened(wholeOf(await readRaster(mosaicDng(scene, camera))));
  expect(psnr(rawFirst, truth) - psnr(developedFirst, truth)).toBeGreaterThan(1);
});

describe('a linear DNG', () => {
  test('holds what the raw file held, demosaiced: it is developed to the same, and says who took it', async () => {
    const scene = await photo('dogs', 128, region);
    const raster = await readRaster(mosaicDng(scene, cameraAtIso(3200)));
    const again = await readRaster(await encodeRaster(raster, { format: 'dng' }));
    expect(again.metadata).toMatchObject({ format: 'dng', bitDepth: 16 });
    // Demosaicing leaves less than black beside edges, for some of which a DNG has room.
    const differences = raster.pixels.data.map((value, i) =>
      Math.abs(Math.max(value, -0.1) - Math.max(again.pixels.data[i], -0.1)),
    );
    expect(Math.max(...differences)).toBeLessThan(1e-3);
    expect(again.sensor).toMatchObject({ camera: 'ACME Model 1' });
    again.sensor!.gains.forEach((gain, i) => {
      expect(gain).toBeCloseTo(raster.sensor!.gains[i], 3);
    });
    expect(again.metadata.exif!.includes('2024:05:06 07:08:09')).toBe(true);
  });

  test('is not made of a photo that is no raw file', async () => {
    const { data, info } = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#888' } })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const raster = {
      pixels: ndarray(new Uint8Array(data), [info.height, info.width, 3]),
      metadata: { format: 'jpeg', bitDepth: 8 } as const,
    };
    await expect(encodeRaster(raster, { format: 'dng' })).rejects.toMatchObject({
      code: 'E_FORMAT',
      message: expect.stringMatching(/raw file/),
    });
  });
});

test('the command makes TIFFs of raw files, or linear DNGs, and says so', async () => {
  const folder = await temporaryFolder();
  const at = (name: string) => path.join(folder, name);
  await writeFile(at('x.dng'), mosaicDng(await photo('dogs', 64, region), cameraAtIso(3200), { random: random(1) }));
  const how = ['--model', await writeTinyDenoiser(folder), '--sigma', '10'];
  const ran = await perpixel(['denoise', at('x.dng'), '-o', at('clean'), ...how]);
  expect(ran).toMatchObject({ code: 0 });
  expect(ran.stdout + ran.stderr).toMatch(/the result of a DNG photo is TIFF/);
  expect((await readRaster(at('clean/x.tif'))).metadata).toMatchObject({ format: 'tiff', bitDepth: 16 });
  expect(await perpixel(['denoise', at('x.dng'), '-o', at('raw'), '--format', 'dng', ...how])).toMatchObject({
    code: 0,
  });
  expect((await readRaster(at('raw/x.dng'))).metadata.format).toBe('dng');
  const part = ['--region', '8,4,40,32', '--format', 'dng'];
  expect(await perpixel(['denoise', at('x.dng'), '-o', at('part'), ...part, ...how])).toMatchObject({ code: 0 });
  const { pixels, sensor } = await readRaster(at('part/x.dng'));
  expect(pixels.shape).toEqual([32, 40, 3]);
  expect(sensor?.gains).toEqual((await readRaster(at('raw/x.dng'))).sensor?.gains);
});

describe('a raw file that cannot be developed is refused in our own words', () => {
  const dng = async () => mosaicDng(await photo('dogs', 64, region), cameraAtIso(800));
  test.each<[string, string, RegExp, () => Promise<Buffer>]>([
    [
      'compressed as JPEG XL',
      'E_FORMAT',
      /JPEG XL.*DNG Converter/,
      async () => mosaicDng(await photo('dogs', 64, region), cameraAtIso(800), { compression: 52_546 }),
    ],
    [
      'compressed as nobody knows',
      'E_FORMAT',
      /LibRaw does not know its kind/,
      async () => mosaicDng(await photo('dogs', 64, region), cameraAtIso(800), { compression: 9999 }),
    ],
    ['cut off', 'E_READ', /ends before its pixels do.*cut off/, async () => (await dng()).subarray(0, 3000)],
    [
      'a signature alone',
      'E_READ',
      /makes no sense.*damaged or was cut off/,
      async () => Buffer.from('FUJIFILMCCD-RAW 0201'),
    ],
    ['of too many pixels', 'E_SIZE', /65535 x 65535/, async () => claiming(await dng())],
  ])('%s', async (_, code, message, bytes) => {
    await expect(readRaster(await bytes())).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test('without its package, with what to install', async () => {
    const program = path.join(await temporaryFolder(), 'rawThread.mjs');
    await copyFile(fileURLToPath(new URL('../../src/images/formats/raw/rawThread.js', import.meta.url)), program);
    const decoding = decodeApart(program, { bytes: await readFile(program) }, { what: 'a raw file', needs });
    await expect(decoding).rejects.toMatchObject({
      code: 'E_PROGRAM',
      message: expect.stringMatching(/npm install libraw-wasm@/),
    });
  });
});

/** Width and height, entries 256 and 257 of the first directory, LONGs. */
function claiming(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  for (let entry = 10; entry < 10 + 12 * copy.readUInt16LE(8); entry += 12) {
    if ([256, 257].includes(copy.readUInt16LE(entry))) copy.writeUInt32LE(65_535, entry + 8);
  }
  return copy;
}
