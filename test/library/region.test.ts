import { readFile } from 'node:fs/promises';
import ndarray from 'ndarray';
import sharp from 'sharp';
import { describe, expect, test, vi } from 'vitest';
import { pipeline } from '../../src/library/pipeline.js';
import { noisyPhoto } from '../helpers/noisyPhoto.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { tinyPipeline } from './tinyPipeline.js';
import { writeTinyScene } from './tinyScene.js';

const region = { x: 5, y: 3, width: 11, height: 9 };
const { x: left, y: top, width, height } = region;

/** Of a PNG, or of samples. */
const crop = (picture: Buffer, channels = 3) =>
  sharp(picture, channels === 4 ? { raw: { width: 24, height: 16, channels } } : {})
    .extract({ left, top, width, height })
    .raw()
    .toBuffer();

describe('a region of a photo that is restored', () => {
  test('comes back as a file of its own, of that size', async () => {
    const clean = await tinyPipeline();
    const photo = await noisyPhoto()
      .withExif({ IFD2: { PixelXDimension: '24', PixelYDimension: '16' } })
      .jpeg()
      .toBuffer();
    const png = { encoding: { format: 'png' as const } };
    const whole = await clean(photo, { sigma: 9, ...png });
    const part = await clean(photo, { sigma: 9, region, ...png });
    expect(await sharp(part).raw().toBuffer()).toEqual(await crop(whole));
    expect(await sharp(part).metadata()).toMatchObject({ width, height });
    const { exif } = await sharp(await clean(photo, { sigma: 9, region })).metadata();
    // PixelXDimension and PixelYDimension, LONG, one each.
    const at = (tag: number) => exif!.indexOf(Buffer.from([tag, 0xa0]));
    expect([exif!.readUInt32LE(at(2) + 8), exif!.readUInt32LE(at(3) + 8)]).toEqual([width, height]);
  });

  test('is cut out of a photo that needs nothing, too', async () => {
    const clean = await tinyPipeline();
    const photo = await noisyPhoto().png().toBuffer();
    const part = await clean(photo, { sigma: 0, region });
    expect(await sharp(part).raw().toBuffer()).toEqual(await crop(photo));
  });

  test('comes back as the kind of samples that it came in', async () => {
    const clean = await tinyPipeline();
    const rgba = await noisyPhoto().ensureAlpha(0.5).raw().toBuffer();
    const photo = ndarray(new Uint8Array(rgba), [16, 24, 4]);
    const whole = await clean(photo, { sigma: 9 });
    const part = await clean(photo, { sigma: 9, region });
    expect(part.shape).toEqual([height, width, 4]);
    expect(Buffer.from(part.data)).toEqual(await crop(Buffer.from(whole.data), 4));
    const imageData = { data: new Uint8ClampedArray(rgba), width: 24, height: 16 };
    const own = await clean(imageData, { sigma: 9, region });
    expect(own).toMatchObject({ width, height });
    expect(Buffer.from(own.data)).toEqual(Buffer.from(part.data));
    expect(photo.shape).toEqual([16, 24, 4]);
  });

  test('has to lie in the photo', async () => {
    const clean = await tinyPipeline();
    const photo = await noisyPhoto().png().toBuffer();
    const outside = { ...region, x: 20 };
    await expect(clean(photo, { sigma: 9, region: outside })).rejects.toMatchObject({
      code: 'E_SIZE',
      message: expect.stringContaining('24 x 16 pixels; expected at least 31 x 12'),
    });
  });
});

test.each(['depth', 'normals', 'labels'] as const)('a region of %s is cut out of the map', async (name) => {
  await using call = pipeline(name, { model: await writeTinyScene(await temporaryFolder()) });
  const photo = await noisyPhoto({ width: 64, height: 48 }).png().toBuffer();
  const [whole, part] = [await call(photo), await call(photo, { region })];
  expect(part.shape.slice(0, 2)).toEqual([height, width]);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) expect(part.get(y, x, 0)).toBe(whole.get(top + y, left + x, 0));
  }
});

test('warming up opens what the next call needs, and gives nothing', async () => {
  const clean = await tinyPipeline();
  const onReport = vi.fn();
  expect(await clean.warmUp(await noisyPhoto().png().toBuffer(), { sigma: 9, onReport })).toBeUndefined();
  expect(onReport).toHaveBeenCalledOnce();
  expect(await clean.warmUp(undefined, { sigma: 9 })).toBeUndefined();
  const missing = pipeline('denoise', { model: 'missing.onnx' });
  await expect(missing.warmUp()).rejects.toMatchObject({ code: 'E_MODEL' });
});

test('a slider: calls of one word give way to the newest, and each that is shown is of its own strength', async () => {
  const clean = await tinyPipeline();
  const photo = await noisyPhoto().png().toBuffer();
  const shown: number[] = [];
  const moves = [1, 2, 3, 4, 5].map((sigma) =>
    clean(photo, { sigma, latest: 'slider', onReport: ({ sigma }) => shown.push(sigma) }),
  );
  const settled = await Promise.allSettled(moves);
  expect(settled.map(({ status }) => status)).toEqual([
    'fulfilled',
    ...['rejected', 'rejected', 'rejected'],
    'fulfilled',
  ]);
  expect(shown).toEqual([1, 5]);
});

test('the command cuts, too', async () => {
  const { perpixel } = await import('../helpers/perpixel.js');
  const { writeTinyDenoiser } = await import('../helpers/tinyDenoiser.js');
  const home = await temporaryFolder();
  const options = ['--model', await writeTinyDenoiser(home), '--sigma', '9'];
  await noisyPhoto().toFile(`${home}/a.png`);
  for (const [output, more] of [
    ['whole', []],
    ['part', ['--region', '5,3,11,9']],
    ['part.png', ['--region', '5,3,11,9']],
  ] as const) {
    const run = await perpixel(['denoise', `${home}/a.png`, '-o', `${home}/${output}`, ...more, ...options]);
    expect(run).toMatchObject({ code: 0 });
  }
  const expected = await crop(await readFile(`${home}/whole/a.png`));
  for (const file of ['part/a.png', 'part.png']) {
    expect(await sharp(`${home}/${file}`).raw().toBuffer()).toEqual(expected);
  }
  const wrong = await perpixel(['denoise', `${home}/a.png`, '-o', `${home}/x`, '--region', '5,3,0,9', ...options]);
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('expected x,y,width,height') });
});
