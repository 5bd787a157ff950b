import path from 'node:path';
import ndarray from 'ndarray';
import { expect, test } from 'vitest';
import { writeRaster } from '../../../src/images/writeRaster.js';
import membraneBatches from '../../../src/tasks/membranes/membraneBatches.js';
import type { DrawOptions } from '../../../src/training/learnable.js';
import { syntheticSlice } from '../../helpers/syntheticSlice.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';

const SIDE = 120;
const { image, truth } = syntheticSlice(SIDE, SIDE);

async function drawing(): Promise<DrawOptions<{ warp: number }>> {
  const folder = await temporaryFolder();
  const metadata = { format: 'png', bitDepth: 8 } as const;
  const write = async (name: string, data: Uint8Array, side = SIDE) => {
    const file = path.join(folder, name);
    await writeRaster({ pixels: ndarray(data, [side, side, 1]), metadata }, file);
    return file;
  };
  const [slice, cells] = [await write('a.png', image.data), await write('cells.png', truth.data)];
  const files = [{ image: slice, truth: cells }];
  const names = { inputNames: ['image'], outputNames: ['boundary'] };
  return { files, channels: 1, height: 48, width: 64, batch: 6, seed: 1, examples: { warp: 6 }, ...names };
}

test('still: parts of the slice, turned by quarters, of mean .5 and deviation .17, and what they show', async () => {
  const batch = (await membraneBatches({ ...(await drawing()), still: true }))(0);
  expect([batch.inputs.image.shape, batch.targets.boundary.shape]).toEqual(Array(2).fill([6, 48, 64, 1]));
  const { data } = batch.inputs.image;
  const values = [...new Set(image.data)].length;
  expect(new Set(data).size).toBeLessThanOrEqual(values);
  const inside = data.filter((_, i) => batch.targets.boundary.data[i] === 1);
  const outside = data.filter((_, i) => batch.targets.boundary.data[i] === 0);
  const mean = (some: Float32Array) => some.reduce((sum, v) => sum + v, 0) / some.length;
  expect(mean(data)).toBeCloseTo(0.5, 1);
  expect(mean(inside) - mean(outside)).toBeGreaterThan(0.2);
  expect(inside.length + outside.length).toBe(data.length);
});

test('drawn: the same for the same step, bent and in other light, truth still where cells are', async () => {
  const batches = await membraneBatches(await drawing());
  expect(batches(3)).toEqual(batches(3));
  expect(batches(3)).not.toEqual(batches(4));
  const { inputs, targets } = batches(3);
  expect(new Set(targets.boundary.data)).toEqual(new Set([0, 1]));
  const mean = (cell: number) => {
    const some = inputs.image.data.filter((_, i) => targets.boundary.data[i] === cell);
    return some.reduce((sum, v) => sum + v, 0) / some.length;
  };
  expect(mean(1) - mean(0)).toBeGreaterThan(0.15);
});

test('a truth of another size is refused', async () => {
  const [folder, draw] = [await temporaryFolder(), await drawing()];
  const small = path.join(folder, 'small.png');
  const metadata = { format: 'png', bitDepth: 8 } as const;
  await writeRaster({ pixels: ndarray(new Uint8Array(100), [10, 10, 1]), metadata }, small);
  const files = [{ image: draw.files[0].image, truth: small }];
  await expect(membraneBatches({ ...draw, files })).rejects.toMatchObject({ code: 'E_DATA', subject: small });
});
