import { readFile } from 'node:fs/promises';
import { Float16Array } from '@petamoriken/float16';
import { decodeExr, encodeExr, init } from 'exrs';
import ndarray from 'ndarray';
import { beforeAll, describe, expect, test } from 'vitest';
import { depth } from '../../src/answers/depth.js';
import { normals } from '../../src/answers/normals.js';
import { random } from '../../src/core/random.js';
import { noticesOf } from '../../src/images/encoded.js';
import { encodeRaster } from '../../src/images/encodeRaster.js';
import { toLight } from '../../src/images/light.js';
import { readRaster } from '../../src/images/readRaster.js';
import { picture } from '../helpers/pictures.js';

/** Made by OpenEXR, see fixtures/exr.py. */
const fixture = (name: string) => readFile(new URL(`./fixtures/${name}.exr`, import.meta.url));
const [HEIGHT, WIDTH] = [20, 24];

/** Light. */
const pattern = (y: number, x: number): number[] => [
  x / 12,
  y / 16 - 0.25,
  ((Math.floor(x / 8) + Math.floor(y / 8)) % 4) / 4,
];

const light = (value: number): number => (value < 0 ? -toLight(-value) : toLight(value));

beforeAll(() => init());

describe('files of OpenEXR are read as light, through the curve of sRGB', () => {
  test.each<[string, { precision: number; floatBits?: 16; alpha?: number; notices?: RegExp }]>([
    ['float-none', { precision: 1e-6 }],
    ['float-zip', { precision: 1e-6 }],
    ['float-zips', { precision: 1e-6 }],
    ['half-rle', { precision: 1e-3, floatBits: 16 }],
    ['alpha-zip', { precision: 1e-6, alpha: 0.5, notices: /other channels/ }],
  ])('%s', async (name, { precision, floatBits, alpha, notices }) => {
    const raster = await readRaster(await fixture(name));
    expect(raster.pixels.shape).toEqual([HEIGHT, WIDTH, 3]);
    expect(raster.metadata).toMatchObject({ format: 'exr', bitDepth: 32, ...(floatBits && { floatBits }) });
    for (let y = 0; y < HEIGHT; y++) {
      for (let x = 0; x < WIDTH; x++) {
        for (const [c, value] of pattern(y, x).entries()) {
          expect(Math.abs(light(raster.pixels.get(y, x, c)) - value)).toBeLessThan(precision * Math.max(1, value));
        }
      }
    }
    expect(raster.alpha?.get(3, 3)).toBe(alpha);
    expect(noticesOf(raster).join()).toMatch(notices ?? /^$/);
  });
});

test.each<['piz' | 'pxr24', 'f16' | 'f32', height: number, width: number, precision: number]>([
  ['piz', 'f16', 71, 273, 1e-6],
  // More values than 14 bits count: its wavelets are another kind.
  ['piz', 'f32', 5, 9000, 1e-6],
  ['pxr24', 'f16', 37, 53, 1e-6],
  ['pxr24', 'f32', 37, 53, 1e-4],
])('%s of %s by another writer holds what went in', async (compression, precision, height, width, most) => {
  const draw = random(1);
  const columns = Float32Array.from({ length: width * 3 }, () => draw.uniform());
  const values = Float32Array.from({ length: height * width * 3 }, (_, i) => {
    const row = Math.floor(i / (3 * width));
    return columns[i % (3 * width)] * (row > 3 ? 0.5 : 1) - (row % 16 === 2 ? 0.1 : 0);
  });
  const layers = [{ channelNames: ['R', 'G', 'B'], interleavedPixels: values, precision, compression }];
  const bytes = Buffer.from(encodeExr({ width, height, layers }));
  // What does not become smaller stands there as it was.
  expect(bytes.length).toBeLessThan(0.9 * values.length * (precision === 'f16' ? 2 : 4));
  const { pixels } = await readRaster(bytes);
  const kept = precision === 'f16' ? Float16Array.from(values) : values;
  const worst = values.reduce((sum, _, i) => Math.max(sum, Math.abs(light(pixels.data[i]) - kept[i])), 0);
  expect(worst).toBeLessThanOrEqual(most);
});

describe('another reader finds what was written', () => {
  test.each([
    ['float-zip', {}],
    ['half-rle', {}],
    ['float-none', { compression: 'none' }],
  ] as const)('of %s %o', async (name, options) => {
    const bytes = await encodeRaster(await readRaster(await fixture(name)), options);
    const { width, height, layers } = decodeExr(bytes);
    expect([height, width]).toEqual([HEIGHT, WIDTH]);
    const pixels = layers[0].getInterleavedPixels(['R', 'G', 'B'])!;
    for (let i = 0; i < HEIGHT * WIDTH; i++) {
      pattern(Math.floor(i / WIDTH), i % WIDTH).forEach((value, c) => {
        expect(Math.abs(pixels[3 * i + c] - value)).toBeLessThan(2e-3);
      });
    }
    expect((await readRaster(bytes)).metadata.floatBits).toBe(name === 'half-rle' ? 16 : undefined);
  });

  test('of a photo, of which 8 bits of sRGB become light', async () => {
    const raster = picture('png', { height: 33, width: 9 });
    const pixels = decodeExr(await encodeRaster(raster, { format: 'exr' })).layers[0].getInterleavedPixels([
      'R',
      'G',
      'B',
    ])!;
    pixels.forEach((value, i) => {
      expect(value).toBeCloseTo(toLight(raster.pixels.data[i] / 255), 6);
    });
  });

  test('of depth, in metres in a channel Z, and of normals in N.X, N.Y and N.Z', async () => {
    const metres = ndarray(
      Float32Array.from({ length: 20 * 7 }, (_, i) => 0.5 + i / 10),
      [20, 7, 1],
    );
    // What neither needs to know.
    const beside = {
      facts: undefined as never,
      photo: { pixels: metres },
      window: { y: 0, x: 0, height: 20, width: 7 },
      size: [20, 7] as const,
    };
    const map = decodeExr((await depth.encode(metres, { format: 'exr' }, beside)) as Uint8Array);
    expect(map.layers[0].getInterleavedPixels(['Z'])).toEqual(metres.data);
    const vectors = ndarray(
      Float32Array.from({ length: 20 * 7 * 3 }, (_, i) => Math.sin(i)),
      [20, 7, 3],
    );
    const directions = decodeExr((await normals.encode(vectors, { format: 'exr' }, beside)) as Uint8Array);
    expect(directions.layers[0].getInterleavedPixels(['N.X', 'N.Y', 'N.Z'])).toEqual(vectors.data);
  });
});

describe('an EXR that is no picture for us is refused in our own words', () => {
  test.each<[string, 'E_READ' | 'E_FORMAT' | 'E_SIZE', RegExp, () => Promise<Buffer>]>([
    ['compressed in another way', 'E_FORMAT', /B44.*ZIP/, () => fixture('half-b44')],
    ['of depth', 'E_FORMAT', /channels Z/, () => fixture('depth-zip')],
    ['in tiles', 'E_FORMAT', /in tiles/, async () => changed(await fixture('float-zip'), 5, 2)],
    ['cut off', 'E_READ', /cut off|without its pixels/, async () => (await fixture('float-zip')).subarray(0, 700)],
    ['cut off in its header', 'E_READ', /cut off/, async () => (await fixture('float-zip')).subarray(0, 100)],
    [
      'whose table leads far outside',
      'E_READ',
      /ends after \d{3,5} bytes; expected \d{12,}/,
      async () => leadingOutside(await fixture('float-zip')),
    ],
    ['damaged', 'E_READ', /an EXR without its pixels/, async () => damaged(await fixture('float-zip'))],
    ['of 4 gigapixels', 'E_SIZE', /65536 x 65536/, async () => claiming(await fixture('float-zip'))],
  ])('%s', async (_, code, message, bytes) => {
    await expect(readRaster(await bytes())).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

function changed(bytes: Buffer, at: number, value: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = value;
  return copy;
}

/** The table of the places of two blocks of lines, the first of which stands right behind it. */
function leadingOutside(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const isTable = (_: number, at: number) => at + 8 <= copy.length && Number(copy.readBigUInt64LE(at)) === at + 16;
  copy.writeBigUInt64LE(2n ** 47n, copy.findIndex(isTable));
  return copy;
}

const damaged = (bytes: Buffer): Buffer => Buffer.from(bytes).fill(0x55, bytes.length - 60);

function claiming(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const at = copy.indexOf('box2i\0', copy.indexOf('dataWindow\0')) + 10;
  copy.writeInt32LE(65_535, at + 8);
  copy.writeInt32LE(65_535, at + 12);
  return copy;
}
