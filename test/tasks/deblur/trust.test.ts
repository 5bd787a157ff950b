import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import { random } from '../../../src/core/random.js';
import { cameraShake } from '../../../src/degradations/cameraShake.js';
import { convolve } from '../../../src/degradations/convolve.js';
import { gaussianNoise } from '../../../src/degradations/gaussianNoise.js';
import { gaussianKernel } from '../../../src/degradations/kernels.js';
import type { Pixels } from '../../../src/images/raster.js';
import { fitOf } from '../../../src/tasks/deblur/fit.js';
import { kernelOf } from '../../../src/tasks/deblur/kernel.js';
import { spreadOf, whyDoubted } from '../../../src/tasks/deblur/trust.js';
import { hook } from '../../helpers/blurredScene.js';

const [HEIGHT, WIDTH, SIDE] = [200, 320, 31];
const dice = random(4, 'trust');
const [shake, other] = [cameraShake(dice, SIDE, 22), cameraShake(dice, SIDE, 22)];
const rest = () => Promise.resolve();

/** Discs of all sizes before one another: edges in all directions, as in photos. `[h, w, 1]` */
const scene = (() => {
  const [height, width] = [HEIGHT + SIDE - 1, WIDTH + SIDE - 1];
  const pixels = ndarray(new Float32Array(height * width).fill(0.5), [height, width, 1]);
  for (let n = 0; n < 3000; n++) {
    const radius = Math.min(60, 2 / Math.sqrt(1e-3 + dice.uniform()));
    const [y, x, value] = [dice.uniform(0, height), dice.uniform(0, width), dice.uniform(0.1, 0.9)];
    for (let row = Math.max(0, Math.ceil(y - radius)); row < Math.min(height, y + radius); row++) {
      for (let column = Math.max(0, Math.ceil(x - radius)); column < Math.min(width, x + radius); column++) {
        if (Math.hypot(row - y, column - x) <= radius) pixels.set(row, column, 0, value);
      }
    }
  }
  return pixels;
})();

const noisy = (pixels: Pixels, sigma = 1) => gaussianNoise(pixels, sigma / 255, random(4, 'noise'));
const shaken = noisy(convolve(scene, shake));

/** Moved sideways; how much of the photo stands above the noise. */
const line = kernelOf(
  Float32Array.from({ length: SIDE * SIDE }, (_, i) => (Math.floor(i / SIDE) === (SIDE - 1) / 2 ? 1 / SIDE : 0)),
  SIDE,
  SIDE,
);
const moved = convolve(scene, line);

/** The left half of one picture and the right half of another. */
function halves(left: Pixels, right: Pixels): Pixels {
  const mixed = ndarray(Float32Array.from(left.data), left.shape);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = WIDTH / 2; x < WIDTH; x++) mixed.set(y, x, 0, right.get(y, x, 0));
  }
  return mixed;
}

describe('a photo', () => {
  const point = kernelOf(
    Float32Array.from({ length: SIDE * SIDE }, (_, i) => (i === (SIDE * SIDE - 1) / 2 ? 1 : 0)),
    SIDE,
    SIDE,
  );
  test.each([
    ['that was shaken is sharpened', shaken, shake, undefined],
    ['of two motions is left alone', halves(shaken, noisy(convolve(scene, other))), shake, /not the same all over/],
    [
      'with a part that is sharp is left alone',
      halves(shaken, noisy(convolve(scene, point))),
      shake,
      /not the same all over/,
    ],
    ['that is sharp is left alone', noisy(convolve(scene, point)), shake, /no blur was found/],
    ['that another blur explains is left alone', shaken, other, /no blur was found/],
    ['with less blur than a lens may have is left alone', shaken, gaussianKernel(1), /too small to gain by/],
    [
      'of noise is left alone',
      noisy(ndarray(new Float32Array(HEIGHT * WIDTH), [HEIGHT, WIDTH, 1]), 20),
      shake,
      /too little detail/,
    ],
    ['that tells little, but surely, is sharpened', noisy(moved, 3), line, undefined],
    ['that tells little, and is fitted as by chance, is left alone', noisy(moved, 8), line, /too little detail/],
    ['of nothing is left alone', ndarray(new Float32Array(40 * 30), [40, 30, 1]), shake, /too little detail/],
  ])('%s', async (_, pixels, kernel, expected) => {
    const why = await whyDoubted({ pixels, metadata: { format: 'npy', bitDepth: 32 } }, kernel, rest);
    if (expected === undefined) expect(why).toBeUndefined();
    else expect(why).toMatch(expected);
  });
});

test('a kernel fits what it blurred, whatever its brightness and contrast', () => {
  const part = (gain: number, offset: number) => ({
    height: 150,
    width: 160,
    data: Float32Array.from({ length: 150 * 160 }, (_, i) => {
      return gain * shaken.get(Math.floor(i / 160), i % 160, 0) + offset;
    }),
  });
  const fitOfPart = fitOf(shake);
  const { likeness, told } = fitOfPart(part(1, 0));
  expect(likeness).toBeGreaterThan(0.65);
  expect(told).toBeGreaterThan(0.1);
  expect(fitOfPart(part(0.3, 0.5)).likeness).toBeCloseTo(likeness, 2);
  expect(fitOf(other)(part(1, 0)).likeness).toBeLessThan(0.45);
});

test('the spread of a kernel is the distance of its light from its middle', () => {
  expect(spreadOf(kernelOf([1], 1, 1))).toBe(0);
  expect(spreadOf(kernelOf([1, 0, 0, 0, 1], 1, 5))).toBeCloseTo(2, 6);
  expect(spreadOf(hook)).toBeGreaterThan(1);
});
