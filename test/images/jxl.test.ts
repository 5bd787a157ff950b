import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { noticesOf } from '../../src/images/encoded.js';
import { encodeRaster } from '../../src/images/encodeRaster.js';
import { decodeApart } from '../../src/images/formats/decodeApart.js';
import { jxl } from '../../src/images/formats/jxl/jxl.js';
import { exifOrientation } from '../../src/images/metadata/exif.js';
import { pixelCount } from '../../src/images/pixelCount.js';
import { readRaster } from '../../src/images/readRaster.js';
import { exifBlob, picture, wideGamutProfile, XMP } from '../helpers/pictures.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

/** Made by another program, see fixtures/jxl.py: 72 x 48 pixels of a pattern that is known here. */
const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}.jxl`, import.meta.url));
const [HEIGHT, WIDTH] = [48, 72];

function pattern(y: number, x: number, white: number): number[] {
  const steps = (Math.floor(x / 8) + Math.floor(y / 8)) % 4;
  return [
    Math.floor((x * white) / (WIDTH - 1)),
    Math.floor((y * white) / (HEIGHT - 1)),
    Math.floor((steps * white) / 3),
  ];
}

describe('samples of files are those that were encoded', () => {
  test.each<[string, { channels?: number; depth?: 8 | 16; step?: number }, object]>([
    ['rgb-8', {}, { lossless: true }],
    ['rgb-16', { depth: 16 }, { lossless: true }],
    ['grey-16', { depth: 16, channels: 1 }, {}],
    ['alpha-8', {}, {}],
    ['p3-8', {}, { icc: expect.any(Buffer) }],
    ['pq-8', {}, { icc: expect.any(Buffer), colour: { primaries: 9, transfer: 16 } }],
    ['lossy-8', { step: 64 }, {}],
  ])('%s', async (name, { channels = 3, depth = 8, step = 0 }, expected) => {
    const { pixels, alpha, metadata } = await readRaster(fixture(name));
    expect(pixels.shape).toEqual([HEIGHT, WIDTH, channels]);
    expect(metadata).toMatchObject({ format: 'jxl', bitDepth: depth, ...expected });
    if (!('icc' in expected)) expect(metadata.icc).toBeUndefined();
    expect(metadata.lossless).toBe(name === 'lossy-8' ? undefined : true);
    const white = 2 ** depth - 1;
    const wrong: string[] = [];
    for (let y = 0; y < HEIGHT; y++) {
      for (let x = 0; x < WIDTH; x++) {
        const colours = pattern(y, x, white).slice(0, channels);
        const read = colours.map((_, c) => pixels.get(y, x, c));
        if (read.some((value, c) => Math.abs(value - colours[c]) > step)) wrong.push(`${y} ${x}: ${read}`);
        if (alpha && alpha.get(y, x) !== 255 - colours[0]) wrong.push(`alpha ${y} ${x}: ${alpha.get(y, x)}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(alpha === undefined).toBe(name !== 'alpha-8');
  });
});

test('a photo on its side is turned once, and has the EXIF that stood packed in a box', async () => {
  const { pixels, metadata } = await readRaster(fixture('turned'));
  expect(pixels.shape).toEqual([WIDTH, HEIGHT, 3]);
  // Turned to the right, what was at the bottom left is at the top left.
  const colours = pattern(HEIGHT - 2, 1, 255);
  for (const [c, value] of colours.entries()) expect(Math.abs(pixels.get(1, 1, c) - value)).toBeLessThan(24);
  expect(exifOrientation(metadata.exif!)).toBe(1);
  expect(metadata.exif!.includes('Camera')).toBe(true);
});

describe('what is written is read again', () => {
  test.each([
    [8, 3, false],
    [8, 1, true],
    [16, 3, true],
    [16, 1, false],
  ] as const)('without loss: %i bits, %i channels, alpha %s, and all beside them', async (bitDepth, channels, alpha) => {
    const icc = channels === 3 ? await wideGamutProfile() : undefined;
    const raster = picture('jxl', { bitDepth, channels, alpha, icc, exif: exifBlob(), xmp: Buffer.from(XMP) });
    const again = await readRaster(await encodeRaster(raster, { lossless: true }));
    expect([...again.pixels.data]).toEqual([...raster.pixels.data]);
    expect(again.alpha && [...again.alpha.data]).toEqual(raster.alpha && [...raster.alpha.data]);
    expect(again.metadata).toMatchObject({ format: 'jxl', bitDepth, lossless: true });
    for (const field of ['icc', 'exif', 'xmp'] as const) {
      expect(again.metadata[field]?.toString('hex')).toBe(raster.metadata[field]?.toString('hex'));
    }
  });

  test('nearly, where a quality is asked for, and as small as that allows', async () => {
    const raster = await readRaster(fixture('rgb-8'));
    const bytes = await Promise.all([95, 40].map((quality) => encodeRaster(raster, { lossless: false, quality })));
    expect(bytes[1].length).toBeLessThan(bytes[0].length);
    const { pixels } = await readRaster(bytes[0]);
    const differences = Array.from(pixels.data, (value, i) => Math.abs(value - raster.pixels.data[i]));
    expect(differences.reduce((sum, value) => sum + value, 0) / differences.length).toBeLessThan(3);
  });

  test('as AVIF and PNG, HDR keeps its tags', async () => {
    const raster = await readRaster(fixture('pq-8'));
    for (const format of ['avif', 'png', 'jxl'] as const) {
      const { metadata } = await readRaster(await encodeRaster(raster, { format }));
      expect(metadata.colour).toEqual({ primaries: 9, transfer: 16 });
    }
  });

  test('and what is not kept is said', () => {
    const raster = picture('tiff', { bitDepth: 8, channels: 3, iptc: Buffer.from('x') });
    expect(noticesOf(raster, { format: 'jxl' })).toContain('IPTC is not kept: JPEG XL has no place for it');
  });
});

test('without its package it is said what to install', async () => {
  // Where no packages are.
  const program = path.join(await temporaryFolder(), 'jxlThread.mjs');
  await writeFile(program, await readFile(new URL('../../src/images/formats/jxl/jxlThread.js', import.meta.url)));
  const decoding = decodeApart(program, { decode: new Uint8Array(1) }, { what: 'a JPEG XL', needs: jxl.needs! });
  await expect(decoding).rejects.toMatchObject({
    code: 'E_PROGRAM',
    message: expect.stringMatching(/without the package wasm-vips.* npm install wasm-vips@/),
  });
});

describe('a JPEG XL that is no whole picture is refused in our own words', () => {
  test.each<[string, string, 'E_READ' | 'E_FORMAT' | 'E_SIZE', RegExp, (bytes: Buffer) => Buffer]>([
    ['its signature alone', 'rgb-8', 'E_READ', /cannot be decoded/, (bytes) => bytes.subarray(0, 3)],
    ['cut off', 'lossy-8', 'E_READ', /cannot be decoded/, (bytes) => bytes.subarray(0, 900)],
    ['without its data', 'rgb-16', 'E_READ', /cannot be decoded/, (bytes) => Buffer.from(bytes).fill(0, 200)],
    ['animated', 'animated', 'E_FORMAT', /an animated JPEG XL/, (bytes) => bytes],
    ['of 1 gigapixel and more', 'rgb-8', 'E_SIZE', /1073741824 x 1073741824 pixels/, () => claiming()],
  ])('%s', async (_, name, code, message, damage) => {
    const bytes = damage(await readFile(fixture(name)));
    await expect(readRaster(bytes)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test('and may have so many pixels as is said', async () => {
    await expect(readRaster(fixture('rgb-8'), { limitPixels: 1000 })).rejects.toMatchObject({ code: 'E_SIZE' });
    expect(await pixelCount(fixture('rgb-8'))).toBe(WIDTH * HEIGHT);
  });

  test('damaged metadata is left out, and told of', async () => {
    const bytes = await readFile(fixture('turned'));
    bytes.fill(0xff, bytes.indexOf('brobExif') + 8, bytes.indexOf('brobExif') + 40);
    const { metadata } = await readRaster(bytes);
    expect(metadata.exif).toBeUndefined();
    expect(metadata.notices).toEqual(['metadata is damaged and not kept']);
  });

  test('a reader that gives up is not kept waiting', async () => {
    const reading = readRaster(fixture('rgb-8'), { signal: AbortSignal.timeout(5) });
    await expect(reading).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

/** A head that tells of the largest square that there can be. */
function claiming(): Buffer {
  // Not in eights, the longest of four ways, 2^30 - 1 more than 1, as wide as high.
  const bits = ['0', '11', '1'.repeat(30), '100', '1'].join('');
  const bytes = Array.from({ length: Math.ceil(bits.length / 8) }, (_, i) =>
    Number.parseInt([...bits.slice(8 * i, 8 * i + 8).padEnd(8, '0')].reverse().join(''), 2),
  );
  return Buffer.from([0xff, 0x0a, ...bytes, ...Array(20).fill(0)]);
}
