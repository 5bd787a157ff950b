import ndarray from 'ndarray';
import { expect, test } from 'vitest';
import type { Pixels } from '../../src/images/raster.js';
import { selfEnsemble } from '../../src/tasks/selfEnsemble.js';

/** 1 2 3 over 4 5 6. */
const picture: Pixels = ndarray(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3, 1]);

/** What is predicted of, for a network that leaves everything as it is. */
async function seen(options?: { symmetry: 'square' | 'mirror' }) {
  const windows: { shape: number[]; values: number[] }[] = [];
  const { data, shape } = await selfEnsemble(
    picture,
    async (window) => {
      windows.push({ shape: window.shape.slice(0, 2), values: [...window.data] });
      return window;
    },
    options,
  );
  expect(shape).toEqual([2, 3, 1]);
  expect([...data]).toEqual([1, 2, 3, 4, 5, 6]);
  return windows;
}

test('all eight ways to turn and mirror a picture, each turned back', async () => {
  const windows = await seen();
  expect(new Set(windows.map(({ values }) => values.join(' '))).size).toBe(8);
  expect(windows.filter(({ shape }) => shape[0] === 3)).toHaveLength(4);
});

test('upright it is mirrored left to right, and no more', async () => {
  expect((await seen({ symmetry: 'mirror' })).map(({ values }) => values)).toEqual([
    [1, 2, 3, 4, 5, 6],
    [3, 2, 1, 6, 5, 4],
  ]);
});

test('the mean of the answers is taken', async () => {
  // What is added at the first pixel comes back to every corner once or, in each orientation, twice.
  const { data } = await selfEnsemble(picture, async (window) => {
    const marked = ndarray(window.data.slice(), window.shape);
    marked.data[0] += 8;
    return marked;
  });
  expect([...data]).toEqual([3, 2, 5, 6, 5, 8]);
});
