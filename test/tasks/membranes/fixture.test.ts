import path from 'node:path';
import { expect, test } from 'vitest';
import { readRaster } from '../../../src/images/readRaster.js';
import { syntheticSlice } from '../../helpers/syntheticSlice.js';

test('fixtures/slices/drawn.png is what syntheticSlice draws', async () => {
  const { pixels } = await readRaster(path.join(import.meta.dirname, '../../../fixtures/slices/drawn.png'));
  expect(pixels.shape).toEqual([320, 400, 1]);
  expect(Buffer.from(pixels.data).equals(Buffer.from(syntheticSlice(320, 400).image.data))).toBe(true);
});
