import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import ndarray from 'ndarray';
import sharp from 'sharp';
import { beforeEach, describe, expect, test } from 'vitest';
import { createModels } from '../../src/engines/models.js';
import { copied } from '../../src/images/croppedRaster.js';
import type { Raster } from '../../src/images/raster.js';
import { readRaster } from '../../src/images/readRaster.js';
import { pipeline } from '../../src/library/pipeline.js';
import { predictPhoto } from '../../src/pipelines/run/predictPhoto.js';
import { denoise } from '../../src/tasks/denoise/task.js';
import { noisyPhoto } from '../helpers/noisyPhoto.js';
import { perpixel } from '../helpers/perpixel.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { tinyEnlarger } from '../helpers/tinyEnlarger.js';
import { writeKernel } from '../helpers/writeKernel.js';

let home: string;
const at = (name: string) => path.join(home, name);
const [width, height] = [90, 70];

/** A network of other people's with its card, as `perpixel models add` leaves it. */
async function added(scale: 2 | 4, how = {}): Promise<string> {
  await writeFile(at('theirs.onnx'), tinyEnlarger(scale, how));
  expect(await perpixel(['models', 'add', at('theirs.onnx'), '--preset', `real-esrgan-x${scale}`])).toMatchObject({
    code: 0,
  });
  return at('theirs.onnx');
}

/** What the network answers: the negative, each pixel repeated. */
const repeated = async (file: string, scale: number) =>
  sharp(file)
    .negate({ alpha: false })
    .resize(width * scale, height * scale, { kernel: 'nearest' })
    .raw()
    .toBuffer();
const pixelsOf = (file: string) => sharp(file).raw().toBuffer({ resolveWithObject: true });

beforeEach(async () => {
  home = await temporaryFolder();
  await noisyPhoto({ width, height }).png().toFile(at('a.png'));
});

describe.each([2, 4] as const)('a network that enlarges by %i', (scale) => {
  test('gives a photo so many times as large, exactly, in tiles as at once, and is known as done afterwards', async () => {
    const model = await added(scale);
    const run = (output: string, ...more: string[]) =>
      perpixel(['denoise', at('a.png'), '-o', at(output), '--model', model, ...more]);
    expect(await run('out/', '--tile', '80', '--report', at('page.html'), '--json')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`"scale":${scale}`),
    });
    const { data, info } = await pixelsOf(at('out/a.png'));
    expect([info.width, info.height]).toEqual([scale * width, scale * height]);
    expect(data.equals(await repeated(at('a.png'), scale))).toBe(true);
    expect(await readFile(at('page.html'), 'utf8')).toContain(`width: ${scale * width}px`);
    const before = await stat(at('out/a.png'));
    expect(await run('out/')).toMatchObject({ code: 0, stderr: expect.stringContaining('1 skipped') });
    expect((await stat(at('out/a.png'))).ino).toBe(before.ino);
  });

  test('sees across the edges of tiles, and of a region', async () => {
    const model = await added(scale, { looksAround: true });
    const models = createModels({ model });
    const noisy = async (): Promise<Raster> => {
      const { pixels, metadata } = await readRaster(at('a.png'));
      const values = Float32Array.from(pixels.data, (sample) => sample / 255);
      return { pixels: ndarray(values, [...pixels.shape]), metadata: { ...metadata, bitDepth: 32 } };
    };
    const result = async (how: object) => {
      const asked = [{ task: denoise, options: denoise.options.parse({}) }];
      const [{ value }] = await predictPhoto(await noisy(), asked, { open: models.open, ...how });
      return value as Raster;
    };
    const whole = await result({});
    const region = { y: 11, x: 37, height: 23, width: 31 };
    for (const [how, expected] of [
      [{ tile: 70 }, whole.pixels.data],
      [{ quality: 'best' }, whole.pixels.data],
      [{ region }, copied(whole.pixels, inResult(region)).data],
      [{ region, tile: 70 }, copied(whole.pixels, inResult(region)).data],
    ] as const) {
      const { data } = (await result(how)).pixels;
      expect(data).toHaveLength(expected.length);
      expect(data.every((value, i) => Math.abs(value - expected[i]) < 1e-5)).toBe(true);
    }
    await models.dispose();

    function inResult(part: typeof region) {
      const [y, x, rows, columns] = [part.y, part.x, part.height, part.width].map((side) => scale * side);
      return { y, x, height: rows, width: columns };
    }
  });
});

test('metadata is kept, and EXIF tells the size of the result', async () => {
  await noisyPhoto({ width, height })
    .withExif({ IFD0: { Copyright: 'Me' }, IFD2: { PixelXDimension: `${width}`, PixelYDimension: `${height}` } })
    .jpeg()
    .toFile(at('a.jpg'));
  const model = await added(2);
  expect(await perpixel(['denoise', at('a.jpg'), '-o', at('large.jpg'), '--model', model])).toMatchObject({ code: 0 });
  const { exif, ...metadata } = await sharp(at('large.jpg')).metadata();
  expect(metadata).toMatchObject({ width: 2 * width, height: 2 * height });
  expect(exif!.includes('Me')).toBe(true);
  // PixelXDimension and PixelYDimension, LONG, one each.
  const entry = (tag: number) => exif!.indexOf(Buffer.from([tag, 0xa0]));
  expect([2, 3].map((tag) => exif!.readUInt32LE(entry(tag) + 8))).toEqual([2 * width, 2 * height]);
});

test('samples, and alpha with them, come back as larger ones', async () => {
  const large = pipeline('denoise', { model: await added(4) });
  const rgba = new Uint8Array(await noisyPhoto({ width: 24, height: 16 }).ensureAlpha(0.5).raw().toBuffer());
  const result = await large(ndarray(rgba, [16, 24, 4]));
  expect(result.shape).toEqual([64, 96, 4]);
  expect(result.get(63, 95, 3)).toBe(rgba.at(-1));
  expect(result.get(63, 95, 0)).toBe(255 - rgba.at(-4)!);
  const data = new Uint8ClampedArray(rgba);
  expect(await large({ data, width: 24, height: 16 })).toMatchObject({ width: 96, height: 64 });
  await large.dispose();
});

test('a preview shows the photo at the size of the results', async () => {
  const model = await added(4);
  const run = await perpixel(['preview', 'denoise', at('a.png'), '-o', at('sheet.png'), '--model', model]);
  expect(run).toMatchObject({ code: 0 });
  expect(await sharp(at('sheet.png')).metadata()).toMatchObject({ format: 'png' });
});

test.each([
  ['deblurring', ['deblur', 'PHOTO', '-o', 'OUT', '--kernel', 'KERNEL'], 'keeps the size, for this task'],
  [
    'grain that is given back',
    ['denoise', 'PHOTO', '-o', 'OUT', '--grain', '0.3'],
    'keeps the size, for what of the photo',
  ],
  [
    'a result of too many pixels',
    ['denoise', 'PHOTO', '-o', 'OUT', '--limit-pixels', '10000'],
    'a result of 360 x 280 pixels',
  ],
  ['a score against a truth of the size of the photo', ['eval', 'denoise', 'PHOTO'], 'this answers 4 times as large'],
])('%s is refused in words', async (_, args, words) => {
  const line = ndarray(Float32Array.from([0.25, 0.5, 0.25]), [1, 3]);
  const files: Record<string, string> = { PHOTO: at('a.png'), OUT: at('x.png'), KERNEL: at('kernel.npy') };
  await writeKernel(line, files.KERNEL);
  const run = await perpixel([...args.map((arg) => files[arg] ?? arg), '--model', await added(4)]);
  expect(run.code).not.toBe(0);
  expect(run.stderr).toContain(words);
  await expect(stat(files.OUT)).rejects.toThrow('ENOENT');
});

describe('in a video', () => {
  const frame = (seed: number) => Uint8Array.from({ length: 3 * 32 * 20 }, (_, i) => ((i * 37 + seed) % 200) + 20);
  beforeEach(async () => {
    const header = Buffer.from('YUV4MPEG2 W32 H20 F25:1 Ip A1:1 C444\n');
    const frames = [0, 1, 2].flatMap((seed) => [Buffer.from('FRAME\n'), frame(seed)]);
    await writeFile(at('in.y4m'), Buffer.concat([header, ...frames]));
  });
  const run = async (output: string, ...more: string[]) =>
    perpixel(['video', 'denoise', at('in.y4m'), '-o', at(output), '--model', await added(2), ...more]);

  test('frames are as much larger', async () => {
    expect(await run('out.y4m')).toMatchObject({ code: 0 });
    const out = await readFile(at('out.y4m'));
    expect(out.toString('latin1', 0, 24)).toMatch(/^YUV4MPEG2 W64 H40 F25:1/);
    const body = out.subarray(out.indexOf('FRAME\n'));
    expect(body).toHaveLength(3 * (6 + 3 * 64 * 40));
  });

  test('a region is in pixels of the video', async () => {
    expect(await run('out.y4m')).toMatchObject({ code: 0 });
    expect(await run('part.y4m', '--region', '4,2,16,8')).toMatchObject({ code: 0 });
    const [whole, part] = await Promise.all(['out.y4m', 'part.y4m'].map((file) => readFile(at(file))));
    expect(part.toString('latin1', 0, 24)).toMatch(/^YUV4MPEG2 W32 H16 /);
    const luma = (file: Buffer) => file.subarray(file.indexOf('FRAME\n') + 6);
    for (let y = 0; y < 16; y++) {
      const row = luma(whole).subarray((y + 4) * 64 + 8, (y + 4) * 64 + 40);
      expect(
        luma(part)
          .subarray(y * 32, (y + 1) * 32)
          .equals(row),
      ).toBe(true);
    }
  });

  test('frames are not worked on together', async () => {
    expect(await run('out.y4m', '--frames', '8')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('each frame by itself'),
    });
  });
});
