import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { noticesOf } from '../../src/images/encoded.js';
import { encodeRaster } from '../../src/images/encodeRaster.js';
import { decodeApart } from '../../src/images/formats/decodeApart.js';
import { heic } from '../../src/images/formats/heif/heic.js';
import { formats } from '../../src/images/formats/registry.js';
import { exifOrientation } from '../../src/images/metadata/exif.js';
import { readRaster } from '../../src/images/readRaster.js';
import { perpixel } from '../helpers/perpixel.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { writeTinyDenoiser } from '../helpers/tinyDenoiser.js';

/** Made by another program, see fixtures/heic.py: 72 x 48 pixels of a pattern that is known here. */
const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}.heic`, import.meta.url));
const [HEIGHT, WIDTH] = [48, 72];

function pattern(y: number, x: number, white: number): [number, number, number] {
  const steps = (Math.floor(x / 8) + Math.floor(y / 8)) % 4;
  return [
    Math.floor((x * white) / (WIDTH - 1)),
    Math.floor((y * white) / (HEIGHT - 1)),
    Math.floor((steps * white) / 3),
  ];
}

describe('samples of lossless files are those that were encoded', () => {
  test.each<[string, { channels: number; white: number; depth: 8 | 16; codedBits?: number }]>([
    ['rgb-8', { channels: 3, white: 255, depth: 8 }],
    ['rgb-10', { channels: 3, white: 1023, depth: 16, codedBits: 10 }],
    ['grey-8', { channels: 1, white: 255, depth: 8 }],
    ['alpha-8', { channels: 3, white: 255, depth: 8 }],
  ])('%s', async (name, { channels, white, depth, codedBits }) => {
    const { pixels, alpha, metadata } = await readRaster(fixture(name));
    expect(pixels.shape).toEqual([HEIGHT, WIDTH, channels]);
    expect(metadata).toMatchObject({ format: 'heic', bitDepth: depth, ...(codedBits && { codedBits }) });
    const scale = depth === 8 ? 1 : 65_535 / white;
    const wrong: string[] = [];
    for (let y = 0; y < HEIGHT; y++) {
      for (let x = 0; x < WIDTH; x++) {
        const expected = pattern(y, x, white).slice(0, channels);
        const read = expected.map((_, c) => pixels.get(y, x, c));
        if (read.some((value, c) => value !== Math.round(expected[c] * scale))) wrong.push(`${y} ${x}: ${read}`);
        if (alpha && alpha.get(y, x) !== 255 - expected[0]) wrong.push(`alpha ${y} ${x}: ${alpha.get(y, x)}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(alpha === undefined).toBe(name !== 'alpha-8');
  });
});

test('a phone photo is turned once, and has what stood beside it; another decoder sees the same within one step', async () => {
  const { pixels, metadata } = await readRaster(fixture('phone-8'));
  expect(pixels.shape).toEqual([WIDTH, HEIGHT, 3]);
  const other = await sharp(fixture('phone-8').replace('.heic', '.png')).raw().toBuffer();
  const most = Math.max(...other.map((value, i) => Math.abs(value - pixels.data[i])));
  expect(most).toBeLessThanOrEqual(1);
  expect(exifOrientation(metadata.exif!)).toBe(1);
  expect(metadata.exif!.includes('Phone')).toBe(true);
  expect(metadata.xmp!.toString()).toContain('xmp:Rating="4"');
  expect(metadata.icc!.toString('latin1', 36, 40)).toBe('acsp');
});

describe('what other encoders write is read as another decoder reads it, within one step, with its colours', () => {
  test.each<[string, { size?: [number, number]; codedBits?: number; colour?: object }]>([
    ['p3-8', { colour: { primaries: 12, transfer: 13 } }],
    ['video-8', { colour: { primaries: 1, transfer: 1 } }],
    ['pq-10', { codedBits: 10, colour: { primaries: 9, transfer: 16 } }],
    ['hlg-10', { codedBits: 10, colour: { primaries: 9, transfer: 18 } }],
    // Coded without loss in tiles of 64 pixels, and turned by a property.
    ['tiles-8', { size: [200, 150] }],
  ])('%s', async (name, { size = [HEIGHT, WIDTH], codedBits, colour }) => {
    const { pixels, metadata } = await readRaster(fixture(name));
    expect(pixels.shape).toEqual([...size, 3]);
    expect(metadata).toMatchObject({
      bitDepth: codedBits ? 16 : 8,
      ...(colour && { colour }),
      ...(codedBits && { codedBits }),
    });
    const png = sharp(fixture(name).replace('.heic', '.png'));
    const bytes = await (codedBits ? png.toColourspace('rgb16').raw({ depth: 'ushort' }) : png.raw()).toBuffer();
    // The other decoder leaves the lowest six of 16 bits empty, and here white is 65535.
    const most = codedBits ? 2 ** codedBits - 1 : 255;
    const other = codedBits ? new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2) : bytes;
    const steps = Array.from(other, (value, i) =>
      Math.abs((codedBits ? value >> (16 - codedBits) : value) - (pixels.data[i] / (codedBits ? 65_535 : 255)) * most),
    );
    expect(steps).toHaveLength(pixels.data.length);
    expect(Math.max(...steps)).toBeLessThan(1.01);
    expect(Math.max(...other)).toBeGreaterThan(0);
  });
});

describe('what is written of a HEIC photo', () => {
  test.each<[string, Parameters<typeof encodeRaster>[1], object]>([
    ['rgb-10', {}, { format: 'avif', bitDepth: 16, codedBits: 10 }],
    ['rgb-10', { format: 'tiff' }, { format: 'tiff', bitDepth: 16 }],
    ['rgb-10', { format: 'jpeg' }, { format: 'jpeg', bitDepth: 8 }],
    ['phone-8', {}, { format: 'avif', bitDepth: 8 }],
  ])('%s as %o', async (name, options, expected) => {
    const raster = await readRaster(fixture(name));
    const again = await readRaster(await encodeRaster(raster, options));
    expect(again.metadata).toMatchObject(expected);
    expect(again.pixels.shape).toEqual(raster.pixels.shape);
    expect(again.metadata.exif?.toString('hex')).toBe(raster.metadata.exif?.toString('hex'));
    expect(again.metadata.icc).toEqual(raster.metadata.icc);
  });

  test('10 bits survive AVIF without loss', async () => {
    const raster = await readRaster(fixture('rgb-10'));
    const again = await readRaster(await encodeRaster(raster, { lossless: true }));
    const steps = (data: typeof raster.pixels.data) => Array.from(data, (value) => value >> 6);
    expect(steps(again.pixels.data)).toEqual(steps(raster.pixels.data));
  });

  test('is said, unless it was asked for', async () => {
    const raster = await readRaster(fixture('rgb-8'));
    expect(noticesOf(raster)).toContain('the result of a HEIC photo is AVIF, where nothing else is asked for');
    expect(noticesOf(raster, { format: 'tiff' })).toEqual([]);
    await expect(encodeRaster(raster, { format: 'heic' as 'avif' })).rejects.toMatchObject({ code: 'E_OPTION' });
  });

  test('by the command is called by what it is, and one that is called .jpg is a JPEG', async () => {
    const folder = await temporaryFolder();
    const at = (name: string) => path.join(folder, name);
    await writeFile(at('x.HEIC'), await readFile(fixture('phone-8')));
    await writeFile(at('y.jpg'), await readFile(fixture('phone-8')));
    const how = ['--model', await writeTinyDenoiser(folder), '--sigma', '10'];
    const ran = await perpixel(['denoise', at('x.HEIC'), at('y.jpg'), '-o', at('clean'), ...how]);
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stdout + ran.stderr).toMatch(/the result of a HEIC photo is AVIF/);
    expect((await readRaster(at('clean/x.avif'))).metadata.format).toBe('avif');
    expect((await readRaster(at('clean/y.jpg'))).metadata.format).toBe('jpeg');
    expect(await perpixel(['denoise', at('x.HEIC'), '-o', at('x2.heic')])).toMatchObject({ code: 2 });
  });
});

test('without its package it is said what to install', async () => {
  // Where no packages are.
  const program = path.join(await temporaryFolder(), 'heicThread.mjs');
  const thread = new URL('../../src/images/formats/heif/heicThread.js', import.meta.url);
  await writeFile(program, await readFile(thread));
  const decoding = decodeApart(program, {}, { what: 'a HEIC photo', needs: heic.needs! });
  await expect(decoding).rejects.toMatchObject({
    code: 'E_PROGRAM',
    message: expect.stringMatching(/without the package libheif-js.* npm install libheif-js@/),
  });
});

test('packages are named in the version that is tested', () => {
  const { optionalDependencies, peerDependencies } = packageJson;
  const versions: Record<string, string> = { ...peerDependencies, ...optionalDependencies };
  const needed = formats.flatMap(({ needs }) => needs ?? []);
  expect(needed).toEqual(needed.map(({ name }) => ({ name, version: versions[name] })));
});

describe('a HEIC that is no whole photo is refused in our own words', () => {
  test.each<[string, 'E_READ' | 'E_FORMAT' | 'E_SIZE', RegExp, (bytes: Buffer) => Buffer]>([
    ['its signature alone', 'E_READ', /cannot be decoded/, (bytes) => bytes.subarray(0, 32)],
    ['cut off', 'E_READ', /damaged|cut off/, (bytes) => bytes.subarray(0, 2500)],
    ['without its data', 'E_READ', /without its pixels/, (bytes) => Buffer.from(bytes).fill(0, 3000)],
    ['of 4 gigapixels', 'E_SIZE', /65535 x 65535 pixels/, claiming],
  ])('%s', async (_, code, message, damage) => {
    const bytes = damage(await readFile(fixture('rgb-8')));
    await expect(readRaster(bytes)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test('and may have so many pixels as is said', async () => {
    await expect(readRaster(fixture('rgb-8'), { limitPixels: 1000 })).rejects.toMatchObject({ code: 'E_SIZE' });
  });

  test('a reader that gives up is not kept waiting', async () => {
    const reason = new Error('enough');
    const reading = readRaster(fixture('rgb-8'), { signal: AbortSignal.timeout(5) });
    await expect(reading).rejects.toMatchObject({ name: 'TimeoutError' });
    await expect(readRaster(fixture('rgb-8'), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

/** The size that it tells of before its pixels. */
function claiming(bytes: Buffer): Buffer {
  const at = bytes.indexOf('ispe');
  const copy = Buffer.from(bytes);
  copy.writeUInt32BE(65_535, at + 8);
  copy.writeUInt32BE(65_535, at + 12);
  return copy;
}
