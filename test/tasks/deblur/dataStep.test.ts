import { expect, test } from 'vitest';
import { dataStep, type Rim } from '../../../src/tasks/deblur/dataStep.js';
import { type Kernel, kernelOf } from '../../../src/tasks/deblur/kernel.js';
import type { Plane } from '../../../src/tasks/deblur/plane.js';
import { hook, rectangles, seen } from '../../helpers/blurredScene.js';

const planeOf = ({ data, shape: [height, width] }: ReturnType<typeof rectangles>): Plane => ({ data, height, width });
const rim = (pixels: number): Rim => ({ top: pixels, left: pixels, bottom: pixels, right: pixels });
const flat = (height: number, width: number, value: number): Plane => ({
  height,
  width,
  data: new Float32Array(height * width).fill(value),
});

test('without blur it is the weighted mean, and in the rim what it was near to', () => {
  const blurred = planeOf(rectangles(12, 20));
  const sharp = dataStep(kernelOf([1], 1, 1), blurred, rim(2))(blurred, flat(16, 24, 0.25), 0.5);
  expect([sharp.height, sharp.width]).toEqual([16, 24]);
  for (let y = 0; y < 16; y++) {
    for (let x = 0; x < 24; x++) {
      const isInside = y >= 2 && y < 14 && x >= 2 && x < 22;
      const expected = isInside ? (blurred.data[(y - 2) * 20 + x - 2] + 0.5 * 0.25) / 1.5 : 0.25;
      expect(sharp.data[y * 24 + x]).toBeCloseTo(expected, 2);
    }
  }
});

test.each<[string, Kernel]>([
  ['a hook', hook],
  ['an even kernel', kernelOf([1, 2, 0, 3], 2, 2)],
  ['one that moves the picture', kernelOf([0, 0, 0, 0, 0, 1], 1, 6)],
])('its result, blurred, is the blurred picture: %s', (_, kernel) => {
  const { blurred } = seen(rectangles(50, 60), kernel);
  const [height, width] = blurred.shape;
  const side = Math.floor(Math.max(...kernel.shape) / 2);
  const sharp = dataStep(kernel, { height, width }, rim(side))(
    planeOf(blurred),
    flat(height + 2 * side, width + 2 * side, 0.5),
    1e-4,
  );
  const [middleY, middleX] = kernel.shape.map((length) => Math.floor((length - 1) / 2));
  let worst = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let ky = 0; ky < kernel.shape[0]; ky++) {
        for (let kx = 0; kx < kernel.shape[1]; kx++) {
          const from = (y + side - (ky - middleY)) * sharp.width + x + side - (kx - middleX);
          sum += kernel.get(ky, kx) * sharp.data[from];
        }
      }
      worst = Math.max(worst, Math.abs(sum - blurred.get(y, x, 0)));
    }
  }
  expect(worst).toBeLessThan(0.02);
});
