import ndarray from 'ndarray';
import { expect, test, vi } from 'vitest';
import type { Raster } from '../../src/images/raster.js';
import { remembered } from '../../src/tasks/remembered.js';

const photo = (first: number, format = 'png'): Raster => ({
  pixels: ndarray(Uint8Array.of(first, 2, 3, 4), [2, 2, 1]),
  metadata: { format, bitDepth: 8 },
});

test('the same samples are looked at once, however they are held; others, and other formats, by themselves', async () => {
  const find = vi.fn(async ({ pixels }: Raster) => ({ sum: pixels.data[0] }));
  const found = remembered(find);
  const first = await found(photo(1), {});
  expect(await found(photo(1), {})).toBe(first);
  expect(find).toHaveBeenCalledOnce();
  expect(await found(photo(7), {})).toEqual({ sum: 7 });
  await found(photo(1, 'jpeg'), {});
  expect(find).toHaveBeenCalledTimes(3);
});

test('the last few are kept', async () => {
  const find = vi.fn(async () => 0);
  const found = remembered(find);
  for (const first of [1, 2, 3, 4, 1, 5, 1]) await found(photo(first), {});
  expect(find).toHaveBeenCalledTimes(5);
  await found(photo(2), {});
  expect(find).toHaveBeenCalledTimes(6);
});

test('a failure is not kept', async () => {
  const find = vi.fn().mockRejectedValueOnce(new Error('stopped')).mockResolvedValueOnce(3);
  const found = remembered(find);
  await expect(found(photo(1), {})).rejects.toThrow('stopped');
  expect(await found(photo(1), {})).toBe(3);
});
