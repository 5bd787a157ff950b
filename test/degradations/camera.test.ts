import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import { random } from '../../src/core/random.js';
import {
  type Camera,
  cameraAtIso,
  demosaic,
  drawCamera,
  mosaic,
  sensorNoise,
  throughCamera,
} from '../../src/degradations/camera.js';
import { fromLight, toLight } from '../../src/images/light.js';

const flat = (colour: number[], height = 32, width = 32) =>
  ndarray(
    Float32Array.from({ length: height * width * 3 }, (_, i) => colour[i % 3]),
    [height, width, 3],
  );

test.each([
  [0, 0],
  [0.04045, 0.04045 / 12.92],
  [0.5, 0.21404114],
  [1, 1],
])('%f of sRGB is %f of light, and back', (value, light) => {
  expect(toLight(value)).toBeCloseTo(light, 7);
  expect(fromLight(light)).toBeCloseTo(value, 4);
});

test('a mosaic sees red, green, green and blue by turns; demosaicing has the means of neighbours', () => {
  const seen = mosaic(flat([1, 2, 4], 4, 4));
  expect([...seen.data.subarray(0, 8)]).toEqual([1, 2, 1, 2, 2, 4, 2, 4]);
  expect(demosaic(seen).data).toEqual(flat([1, 2, 4], 4, 4).data);
  // One bright red photosite, in the middle of 5 x 5: its neighbours have half of it, those across a quarter.
  const single = ndarray(new Float32Array(25), [5, 5, 1]);
  single.set(2, 2, 0, 1);
  const red = demosaic(single);
  expect([red.get(2, 2, 0), red.get(2, 3, 0), red.get(3, 3, 0), red.get(2, 4, 0)]).toEqual([1, 0.5, 0.25, 0]);
  expect(red.get(2, 2, 1)).toBe(0);
});

test('the noise of a sensor has the variance of its electrons and of reading them', () => {
  const exposed = ndarray(new Float32Array(40_000).fill(0.25), [200, 200, 1]);
  const { data } = sensorNoise(exposed, { ...cameraAtIso(800), fullWell: 400, read: 0.02 }, random(1, 'sensor'));
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  const variance = data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length;
  expect(mean).toBeCloseTo(0.25, 3);
  // .25 / 400 + .02^2, and the skew's 2 / 36 / 400^2.
  expect(variance).toBeCloseTo(0.001025, 4);
});

describe('a camera', () => {
  const all: [string, Camera][] = [
    ['of an ISO', cameraAtIso(3200)],
    ['with all it can do', { ...cameraAtIso(800), ...{ contrast: 0.6, smoothing: { luma: 1, chroma: 2 } } }],
    ...Array.from({ length: 8 }, (_, i): [string, Camera] => [`drawn, ${i}`, drawCamera(random(i, 'camera'))]),
  ];

  test.each(all)('%s gives a flat grey as it is, but for the noise', (_, camera) => {
    const grey = flat([0.5, 0.5, 0.5]);
    const { clean, noisy } = throughCamera(grey, camera, random(2, 'photo'));
    for (const value of clean.data) expect(value).toBeCloseTo(0.5, 4);
    expect(noisy.data.some((value) => Math.abs(value - 0.5) > 0.002)).toBe(true);
  });

  test('colours that the sensor sees come back', () => {
    const camera = { ...cameraAtIso(800), matrix: drawCamera(random(1, 'camera')).matrix };
    const { clean } = throughCamera(flat([0.4, 0.5, 0.6]), camera, random(2, 'photo'));
    for (const [c, value] of [0.4, 0.5, 0.6].entries()) expect(clean.get(16, 16, c)).toBeCloseTo(value, 4);
  });

  test('noise is the stronger the higher the ISO, and goes together in pixels side by side', () => {
    const deviation = (iso: number, step: number) => {
      const { noisy, clean } = throughCamera(flat([0.4, 0.4, 0.4], 64, 64), cameraAtIso(iso), random(3, 'photo'));
      const noise = noisy.data.map((value, i) => value - clean.data[i]);
      let sum = 0;
      for (let i = 0; i + 3 * step < noise.length; i += 3) sum += noise[i] * noise[i + 3 * step];
      return sum / (noise.length / 3);
    };
    expect(deviation(3200, 0)).toBeGreaterThan(3 * deviation(800, 0));
    expect(deviation(3200, 1)).toBeGreaterThan(0.2 * deviation(3200, 0));
  });
});
