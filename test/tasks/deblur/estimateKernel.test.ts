import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import { estimateKernel } from '../../../src/tasks/deblur/estimateKernel.js';
import { gradients } from '../../../src/tasks/deblur/gradients.js';
import { type Kernel, kernelOf } from '../../../src/tasks/deblur/kernel.js';
import { kernelOfGradients } from '../../../src/tasks/deblur/kernelOfGradients.js';
import { centred, withoutSpecks } from '../../../src/tasks/deblur/tidyKernel.js';
import { hook, likeness, rectangles, seen } from '../../helpers/blurredScene.js';

const rest = () => Promise.resolve();
const rows = ({ data, shape: [, width] }: Kernel) =>
  Array.from({ length: data.length / width }, (_, y) => [...data.subarray(y * width, (y + 1) * width)]);

describe('the kernel of a blurred picture', () => {
  const scene = rectangles(120, 130);
  const { blurred, truth } = seen(scene, hook);

  test('is found from the sharp gradients, by least squares', () => {
    const planeOf = ({ data, shape: [height, width] }: typeof truth) => ({ data, height, width });
    const found = kernelOfGradients(gradients(planeOf(truth)), gradients(planeOf(blurred)), 7);
    expect(likeness(found, hook)).toBeGreaterThan(0.98);
  });

  test('is found from the picture alone: not turned, not mirrored, and the same each time', async () => {
    const found = await estimateKernel(blurred, 7, rest);
    expect(likeness(found, hook)).toBeGreaterThan(0.85);
    const turned = kernelOf(found.data.slice().reverse(), 7, 7);
    expect(likeness(turned, hook)).toBeLessThan(likeness(found, hook));
    expect((await estimateKernel(blurred, 7, rest)).data).toEqual(found.data);
  });

  test('stops where rest throws', async () => {
    const stop = () => Promise.reject(new Error('enough'));
    await expect(estimateKernel(blurred, 7, stop)).rejects.toThrow('enough');
  });

  test('of a flat picture is no blur and not NaN', async () => {
    const flat = ndarray(new Float32Array(40 * 40).fill(0.5), [40, 40, 1]);
    const { data } = await estimateKernel(flat, 5, rest);
    expect(data.every(Number.isFinite)).toBe(true);
    expect(data.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
  });
});

describe('a kernel', () => {
  test.each([
    ['scaled to sum 1', [1, 1, 2], [0.25, 0.25, 0.5]],
    ['without what is below 0', [-3, 1, 1], [0, 0.5, 0.5]],
    ['of zeros is no blur', [0, 0, 0], [0, 1, 0]],
  ])('is %s', (_, weights, expected) => expect([...kernelOf(weights, 1, 3).data]).toEqual(expected));

  test('loses specks, but not what touches by a corner', () => {
    const kernel = kernelOf([8, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0], 4, 4);
    expect(rows(withoutSpecks(kernel))).toEqual([
      [0.5, 0, 0, 0],
      [0, 0.5, 0, 0],
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ]);
  });

  test('is moved to the middle, as far as no tap is lost', () => {
    expect(rows(centred(kernelOf([1, 1, 0, 0, 0, 0, 0, 0, 0], 3, 3)))).toEqual([
      [0, 0, 0],
      [0, 0.5, 0.5],
      [0, 0, 0],
    ]);
    expect(rows(centred(kernelOf([9, 0, 0, 0, 1], 1, 5)))[0].map((weight) => Math.round(10 * weight))).toEqual([
      9, 0, 0, 0, 1,
    ]);
  });
});
