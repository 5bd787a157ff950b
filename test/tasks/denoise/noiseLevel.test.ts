import ndarray from 'ndarray';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { random } from '../../../src/core/random.js';
import { brightnessNoise } from '../../../src/degradations/brightnessNoise.js';
import { gaussianNoise } from '../../../src/degradations/gaussianNoise.js';
import type { Samples } from '../../../src/images/raster.js';
import { readRaster } from '../../../src/images/readRaster.js';
import { varianceAt } from '../../../src/tasks/denoise/noiseCurve.js';
import { estimateNoise } from '../../../src/tasks/denoise/noiseLevel.js';
import { noisyScene } from '../../helpers/noisyScene.js';

const [HEIGHT, WIDTH] = [192, 256];
const scene = (sigma: number, texture?: number) =>
  noisyScene({ height: HEIGHT, width: WIDTH, sigma: sigma / 255, texture });
const plane = (data: Samples) => ({ pixels: ndarray(data, [HEIGHT, WIDTH, 1]) });
const in8Bit = (sigma: number) => sigma * 255;

describe('white noise of a known level', () => {
  test.each([2, 5, 15, 25, 50, 75])('float, sigma %i', (sigma) => {
    const estimate = in8Bit(estimateNoise(plane(scene(sigma))).sigma);
    expect(Math.abs(estimate / sigma - 1)).toBeLessThan(0.05);
  });

  test.each([5, 15, 25])('8 bits, rounded and clipped, sigma %i', (sigma) => {
    const rounded = Uint8Array.from(scene(sigma), (value) => Math.min(255, Math.max(0, Math.round(value * 255))));
    const estimate = in8Bit(estimateNoise(plane(rounded)).sigma);
    expect(Math.abs(estimate / sigma - 1)).toBeLessThan(0.05);
  });

  test('16 bits', () => {
    const rounded = Uint16Array.from(scene(15), (value) => Math.round(value * 65535));
    expect(Math.abs(in8Bit(estimateNoise(plane(rounded)).sigma) / 15 - 1)).toBeLessThan(0.05);
  });

  test('the blown-out part of a photo does not count', () => {
    const blown = Uint8Array.from(scene(10), (value, i) =>
      i % WIDTH < WIDTH / 3 ? 255 : Math.min(255, Math.max(0, Math.round(value * 255))),
    );
    expect(Math.abs(in8Bit(estimateNoise(plane(blown)).sigma) / 10 - 1)).toBeLessThan(0.06);
  });
});

describe('no noise', () => {
  // The water of the last is texture all over: at 5, which fewer patches say, the photo would suffer.
  test.each([
    ['dogs', 0.5],
    ['dandelion', 0.5],
    ['stream', 4],
  ])('a clean photo: %s, less than %d', async (name, most) => {
    expect(in8Bit(estimateNoise(await readRaster(`fixtures/photos/${name}.jpg`)).sigma)).toBeLessThan(most);
  });

  test.each<[string, Samples]>([
    ['a scene', scene(0)],
    ['a scene in 8 bits: rounding is no noise', Uint8Array.from(scene(0), (value) => Math.round(value * 255))],
    ['one colour', new Uint8Array(HEIGHT * WIDTH).fill(128)],
  ])('%s', (_, data) => {
    expect(in8Bit(estimateNoise(plane(data)).sigma)).toBeLessThan(0.3);
  });

  test.each([
    [1, 1],
    [1, 3000],
    [6, 7],
  ])('%i x %i pixels are less than a patch', (height, width) => {
    const data = Float32Array.from({ length: height * width }, (_, i) => (i * 7) % 5);
    expect(estimateNoise({ pixels: ndarray(data, [height, width, 1]) })).toEqual({ channels: [0], sigma: 0 });
  });
});

test('each channel has its own level, and the picture that of the mean variance', () => {
  const levels = [5, 10, 20];
  const pixels = ndarray(new Float32Array(HEIGHT * WIDTH * 3), [HEIGHT, WIDTH, 3]);
  for (const [c, level] of levels.entries()) {
    for (const [i, value] of scene(level).entries()) pixels.data[3 * i + c] = value;
  }
  const { channels, sigma } = estimateNoise({ pixels });
  for (const [c, level] of levels.entries()) expect(Math.abs(in8Bit(channels[c]) / level - 1)).toBeLessThan(0.06);
  expect(sigma).toBeCloseTo(Math.hypot(...channels) / Math.sqrt(3), 12);
});

describe('noise that depends on brightness', () => {
  const sensor = (gain: number, read: number, { height = HEIGHT, width = WIDTH } = {}) => {
    const clean = ndarray(noisyScene({ height, width, sigma: 0 }), [height, width, 1]);
    return brightnessNoise(clean, { gain, read }, random(1, 'sensor')).noisy;
  };

  test.each([
    { gain: 0.002, read: 0.005 },
    { gain: 0.01, read: 0.02 },
    { gain: 0.03, read: 0 },
  ])('%o', ({ gain, read }) => {
    const { curve } = estimateNoise({ pixels: sensor(gain, read) });
    for (const brightness of [0.3, 0.5, 0.7]) {
      const variance = gain * brightness + read ** 2;
      expect(Math.abs(Math.sqrt(varianceAt(curve!, brightness) / variance) - 1)).toBeLessThan(0.12);
    }
  });

  test('in most of the picture texture hides it, and only shadows are flat', () => {
    const [height, width] = [240, 320];
    const dice = random(2, 'texture');
    const clean = Float32Array.from({ length: height * width }, (_, i) =>
      i % width < width / 3 ? 0.1 + i / height / width / 20 : i % 5 ? 0.6 + 0.2 * dice.uniform() : 0.9 - (i % 7) / 20,
    );
    for (let y = 0; y < height; y++) clean.fill(0.2 + y / 500, y * width + 200, y * width + 240);
    const { noisy } = brightnessNoise(ndarray(clean, [height, width, 1]), { gain: 0.02, read: 0.01 }, dice);
    const { curve } = estimateNoise({ pixels: noisy });
    expect(curve!.gain / 0.02).toBeGreaterThan(0.75);
    expect(curve!.gain / 0.02).toBeLessThan(1.25);
  });

  test.each([0, 2, 15, 50])('one level has no curve: sigma %i', (sigma) => {
    expect(estimateNoise(plane(scene(sigma)))).not.toHaveProperty('curve');
  });

  test('a picture too small to tell has none either', () => {
    expect(estimateNoise({ pixels: sensor(0.02, 0.01, { height: 32, width: 32 }) })).not.toHaveProperty('curve');
  });
});

test('the same twice', () => {
  expect(estimateNoise(plane(scene(15)))).toEqual(estimateNoise(plane(scene(15))));
});

describe('noise that JPEG has taken the finest part of', () => {
  async function jpegOf(name: string, sigma: number, quality: number) {
    const { pixels } = await readRaster(`fixtures/photos/${name}.jpg`);
    const [height, width, channels] = pixels.shape;
    const clean = ndarray(
      Float32Array.from(pixels.data, (value) => value / 255),
      pixels.shape,
    );
    const noisy = gaussianNoise(clean, sigma / 255, random(0, name));
    const bytes = Uint8Array.from(noisy.data, (value) => Math.min(255, Math.max(0, Math.round(value * 255))));
    const raw = { width, height, channels: channels as 3 };
    return readRaster(await sharp(bytes, { raw }).jpeg({ quality }).toBuffer());
  }

  test.each([60, 75])('10 of 255 are found again, quality %i', async (quality) => {
    const raster = await jpegOf('dogs', 10, quality);
    expect(Math.abs(in8Bit(estimateNoise(raster).sigma) / 10 - 1)).toBeLessThan(0.2);
    expect(in8Bit(estimateNoise({ pixels: raster.pixels }).sigma)).toBeLessThan(5);
  });

  test.each(['dogs', 'dandelion', 'stream'])('a clean photo, quality 75, is clean: %s', async (name) => {
    expect(in8Bit(estimateNoise(await jpegOf(name, 0, 75)).sigma)).toBeLessThan(4);
  });

  test('JPEG of a high quality would have kept it: then it is texture', async () => {
    const { pixels, metadata } = await jpegOf('dogs', 10, 75);
    const sigma = estimateNoise({ pixels, metadata: { ...metadata, quality: 95 } }).sigma;
    expect(sigma).toBe(estimateNoise({ pixels }).sigma);
  });
});
