import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import ndarray, { type NdArray } from 'ndarray';
import sharp from 'sharp';
import { describe, expect, onTestFinished, test } from 'vitest';
import { encodeRaster } from '../../src/images/encodeRaster.js';
import type { Raster, Samples } from '../../src/images/raster.js';
import { readRaster } from '../../src/images/readRaster.js';
import { noisyPhoto } from '../helpers/noisyPhoto.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { tinyPipeline } from './tinyPipeline.js';

const [height, width] = [16, 24];
const exif = { IFD0: { Artist: 'A. Nonymous' } };
const png = () => noisyPhoto({ width, height }).png().toBuffer();

/** What the model makes of noisyPhoto: the 3 x 3 mean of a pixel in the middle, in 0..1. */
async function expectedAt(y: number, x: number, c: number): Promise<number> {
  const { pixels } = await readRaster(await png());
  let sum = 0;
  for (let dy = -1; dy <= 1; dy++) for (let dx = -1; dx <= 1; dx++) sum += pixels.get(y + dy, x + dx, c);
  return sum / 9 / 255;
}

describe('a file', () => {
  test('by its path: the bytes of one of the same format come back, metadata kept', async () => {
    const clean = await tinyPipeline();
    const file = path.join(await temporaryFolder(), 'a.jpg');
    await noisyPhoto().withExif(exif).jpeg({ quality: 83 }).toFile(file);
    const before = await readRaster(file);
    const after = await readRaster(await clean(file));
    // What was taken out is not to come back with the file's own quality.
    expect(after.metadata).toEqual({ ...before.metadata, quality: 98, chromaSubsampling: '4:4:4' });
    expect(after.pixels.data).not.toEqual(before.pixels.data);
  });

  test('into a file: its path comes back, its name says the format', async () => {
    const clean = await tinyPipeline();
    const output = path.join(await temporaryFolder(), 'sub', 'a.webp');
    expect(await clean(await png(), { output, encoding: { lossless: true } })).toBe(output);
    const { metadata, pixels } = await readRaster(output);
    expect(metadata).toMatchObject({ format: 'webp', lossless: true });
    expect(pixels.get(5, 5, 1) / 255).toBeCloseTo(await expectedAt(5, 5, 1), 2);
  });

  test('never over itself', async () => {
    const clean = await tinyPipeline();
    const file = path.join(await temporaryFolder(), 'a.png');
    await writeFile(file, await png());
    await expect(clean(file, { output: file })).rejects.toMatchObject({ code: 'E_WRITE' });
    expect(await readFile(file)).toEqual(await png());
  });

  test('its bytes, of a plain Uint8Array too, which stay as they are', async () => {
    const clean = await tinyPipeline();
    const bytes = new Uint8Array(await png());
    const before = bytes.slice();
    const result = await clean(bytes);
    expect(Buffer.isBuffer(result)).toBe(true);
    expect((await readRaster(result)).pixels.get(5, 5, 1) / 255).toBeCloseTo(await expectedAt(5, 5, 1), 2);
    expect(bytes).toEqual(before);
  });

  test('by URL', async () => {
    const clean = await tinyPipeline();
    const bytes = await png();
    const file = path.join(await temporaryFolder(), 'a b.png');
    await writeFile(file, bytes);
    const server = createServer((request, response) => {
      if (request.url === '/a.png') response.end(bytes);
      else response.writeHead(404).end();
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const expected = await clean(bytes);
    const data = `data:image/png;base64,${bytes.toString('base64')}`;
    for (const url of [pathToFileURL(file).href, `http://127.0.0.1:${port}/a.png`, data]) {
      expect(await clean(new URL(url))).toEqual(expected);
    }
    await expect(clean(new URL(`http://127.0.0.1:${port}/b.png`))).rejects.toMatchObject({
      code: 'E_READ',
      received: 'status 404',
    });
  });
});

describe('a sharp instance', () => {
  test('with what it was told before; a new one comes back, to go on with', async () => {
    const clean = await tinyPipeline();
    const photo = sharp(await noisyPhoto().withExif(exif).withIccProfile('p3').png().toBuffer());
    const result = await clean(photo.clone().resize(12));
    expect(result).toBeInstanceOf(sharp);
    const { data, info } = await result
      .extract({ left: 1, top: 1, width: 6, height: 4 })
      .keepMetadata()
      .jpeg()
      .toBuffer({
        resolveWithObject: true,
      });
    expect(info).toMatchObject({ format: 'jpeg', width: 6, height: 4 });
    const { icc, exif: kept } = await sharp(data).metadata();
    expect(icc).toEqual((await photo.metadata()).icc);
    expect(kept!.toString('latin1')).toContain('A. Nonymous');
  });

  test('16 bits where it was told so', async () => {
    const clean = await tinyPipeline();
    const samples = Uint16Array.from({ length: height * width * 3 }, (_, i) => 1000 + 7 * i);
    const deep = await encodeRaster(rasterOf(samples), { format: 'png' });
    const result = await clean(sharp(deep).toColourspace('rgb16'));
    const { pixels } = await readRaster(await result.toColourspace('rgb16').png().toBuffer());
    expect(pixels.data).toBeInstanceOf(Uint16Array);
    expect(pixels.get(5, 5, 1)).toBe(1000 + 7 * (5 * width * 3 + 5 * 3 + 1)); // A mean of what rises evenly.
  });
});

const rasterOf = (samples: Samples): Raster => ({
  pixels: ndarray(samples, [height, width, 3]),
  metadata: { format: 'npy', bitDepth: (samples.BYTES_PER_ELEMENT * 8) as 8 | 16 | 32 },
});

describe('an ndarray', () => {
  /** Rises evenly to the right and down, so that its 3 x 3 mean is itself, edges left out. */
  const ramp = (channels: number, white: number) => (y: number, x: number, c: number) =>
    c === channels - 1 && channels % 2 === 0 ? white - y : Math.round((white / 100) * (y + x + 5 * c + 1));

  test.each([
    ['uint8', 3, Uint8Array, 255],
    ['uint16', 3, Uint16Array, 65535],
    ['uint16', 1, Uint16Array, 65535],
    ['float32', 4, Float32Array, 1],
    ['uint8', 2, Uint8Array, 200],
  ] as const)('%s, alpha as it was', async (dtype, channels, Kind, white) => {
    const clean = await tinyPipeline();
    const value = ramp(channels, dtype === 'float32' ? 100 : white);
    const scale = dtype === 'float32' ? 0.01 : 1;
    const photo: NdArray<Samples> = ndarray(new Kind(height * width * channels), [height, width, channels]);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) for (let c = 0; c < channels; c++) photo.set(y, x, c, value(y, x, c) * scale);
    const before = photo.data.slice();
    const result = await clean(photo, { sigma: 10 });
    expect(result.dtype).toBe(dtype);
    expect(result.shape).toEqual([height, width, channels]);
    const tolerance = dtype === 'float32' ? 0.005 : 1.01;
    for (let c = 0; c < channels; c++) {
      expect(Math.abs(result.get(7, 9, c) - value(7, 9, c) * scale)).toBeLessThanOrEqual(tolerance);
    }
    expect(result.data).not.toEqual(before); // The edges are darker.
    expect(photo.data).toEqual(before);
  });

  test('of two dimensions, mirrored and transposed: as a dense one of the same values', async () => {
    const clean = await tinyPipeline();
    const dense = ndarray(
      Float32Array.from({ length: 15 * 12 }, (_, i) => (i % 7) / 7),
      [15, 12],
    );
    const turned = ndarray(new Float32Array(12 * 15), [12, 15])
      .transpose(1, 0)
      .step(1, -1);
    for (let y = 0; y < 15; y++) for (let x = 0; x < 12; x++) turned.set(y, x, dense.get(y, x));
    const [a, b] = [await clean(dense, { sigma: 9 }), await clean(turned, { sigma: 9 })];
    expect(b.shape).toEqual([15, 12]);
    expect(b.data).toEqual(a.data);
  });

  test.each([
    ['float64', ndarray(new Float64Array(12), [2, 2, 3])],
    ['5 channels', ndarray(new Uint8Array(20), [2, 2, 5])],
    ['no pixels', ndarray(new Uint8Array(0), [0, 2, 3])],
    ['a vector', ndarray(new Uint8Array(4), [4])],
  ])('refused: %s', async (_, photo) => {
    const clean = await tinyPipeline();
    await expect(clean(photo as unknown as NdArray<Samples>)).rejects.toMatchObject({ code: 'E_FORMAT' });
  });
});

describe('ImageData', () => {
  /** As the `canvas` packages have it. */
  class ImageData {
    constructor(
      readonly data: Uint8ClampedArray,
      readonly width: number,
      readonly height: number,
    ) {}
  }
  const rgba = () => Uint8ClampedArray.from({ length: height * width * 4 }, (_, i) => (i * 37) % 256);

  test('comes back as one of its class, alpha as it was', async () => {
    const clean = await tinyPipeline();
    const photo = new ImageData(rgba(), width, height);
    const result = await clean(photo, { sigma: 10 });
    expect(result).toBeInstanceOf(ImageData);
    expect([result.width, result.height]).toEqual([width, height]);
    expect(result.data).not.toEqual(photo.data);
    const alphaOf = ({ data }: ImageData) => data.filter((_, i) => i % 4 === 3);
    expect(alphaOf(result)).toEqual(alphaOf(photo));
    expect(photo.data).toEqual(rgba());
    const plain = await clean({ ...photo, colorSpace: 'srgb' }, { sigma: 10 });
    expect(plain).toEqual({ width, height, data: result.data, colorSpace: 'srgb' });
  });

  test('refused where its size is wrong', async () => {
    const clean = await tinyPipeline();
    await expect(clean(new ImageData(rgba(), width, height + 1))).rejects.toMatchObject({ code: 'E_FORMAT' });
  });
});

test.each([[null], [undefined], [7], [{}], [[1, 2]]])('no photo: %j', async (photo) => {
  const clean = await tinyPipeline();
  await expect(clean(photo as never)).rejects.toMatchObject({ code: 'E_OPTION', subject: 'photo' });
});
