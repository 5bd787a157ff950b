import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import ndarray from 'ndarray';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { readRaster } from '../../src/images/readRaster.js';
import { writeRaster } from '../../src/images/writeRaster.js';
import { perpixel } from '../helpers/perpixel.js';
import { syntheticSlice } from '../helpers/syntheticSlice.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

const SIDE = 160;

async function writeSlices(folder: string, count = 1) {
  for (let depth = 0; depth < count; depth++) {
    const { image } = syntheticSlice(SIDE, SIDE, { depth });
    const metadata = { format: 'png', bitDepth: 8 } as const;
    await writeRaster({ pixels: image, metadata }, path.join(folder, `slice${depth}.png`));
  }
}

describe('membranes of a folder', () => {
  test('probabilities, cells, table and picture; what exists stays; a flag more asks for what is missing', async () => {
    const [slices, out] = [await temporaryFolder(), await temporaryFolder()];
    await writeSlices(slices, 2);
    expect(await perpixel(['membranes', slices, '-o', out, '--quiet'])).toMatchObject({ code: 0, stderr: '' });
    expect((await readdir(out)).sort()).toEqual(['slice0.membranes.png', 'slice1.membranes.png']);
    const { depth, channels } = await sharp(path.join(out, 'slice0.membranes.png')).metadata();
    expect({ depth, channels }).toEqual({ depth: 'ushort', channels: 1 });

    const more = ['membranes', slices, '-o', out, '--cells', '--pictures', '--quiet'];
    expect(await perpixel(more)).toMatchObject({ code: 0, stderr: '' });
    const kinds = ['cells.csv', 'cells.json', 'cells.png', 'membranes.picture.png', 'membranes.png'];
    expect((await readdir(out)).sort()).toEqual([0, 1].flatMap((n) => kinds.map((kind) => `slice${n}.${kind}`)));

    const labels = (await readRaster(path.join(out, 'slice0.cells.png'))).pixels.data;
    const rows = JSON.parse(await readFile(path.join(out, 'slice0.cells.json'), 'utf8'));
    expect(rows).toHaveLength(Math.max(...labels));
    expect(rows[3].area).toBe(labels.filter((label) => label === 4).length);
    const csv = await readFile(path.join(out, 'slice0.cells.csv'), 'utf8');
    expect(csv.trimEnd().split('\n')).toHaveLength(rows.length + 1);
    const again = await perpixel(more.slice(0, -1));
    expect(again.stderr).toContain('2 skipped');
  });

  test('one slice into one file of another format, and its cells beside it', async () => {
    const [slices, out] = [await temporaryFolder(), await temporaryFolder()];
    await writeSlices(slices);
    const file = path.join(out, 'probability.npy');
    const asked = ['membranes', path.join(slices, 'slice0.png'), '-o', file, '--cells'];
    expect(await perpixel(asked)).toMatchObject({ code: 0 });
    expect((await readdir(out)).sort()).toEqual([
      'probability.npy',
      'slice0.cells.csv',
      'slice0.cells.json',
      'slice0.cells.npy',
    ]);
    const { data } = (await readRaster(file)).pixels;
    expect(Math.max(...data)).toBeLessThanOrEqual(1);
  });

  test('a larger least size has fewer cells, a slice turned around is told of', async () => {
    const [slices, out, few] = [await temporaryFolder(), await temporaryFolder(), await temporaryFolder()];
    await writeSlices(slices);
    await sharp(path.join(slices, 'slice0.png')).negate().toFile(path.join(slices, 'turned.png'));
    const said = await perpixel(['membranes', slices, '-o', out, '--cells']);
    expect(said.code).toBe(0);
    expect(said.stderr).toContain('turned.png: membranes look bright, and cells dark: --invert turns them around');
    await perpixel([
      'membranes',
      path.join(slices, 'slice0.png'),
      '-o',
      few,
      '--cells',
      '--min-size',
      '1200',
      '--quiet',
    ]);
    const count = async (folder: string) =>
      JSON.parse(await readFile(path.join(folder, 'slice0.cells.json'), 'utf8')).length;
    expect(await count(few)).toBeLessThan(await count(out));
  });
});

test('eval: the scores of the challenge', async () => {
  const [slices, cells] = [await temporaryFolder(), await temporaryFolder()];
  const { image, truth } = syntheticSlice(SIDE, SIDE);
  const metadata = { format: 'png', bitDepth: 8 } as const;
  await writeRaster({ pixels: image, metadata }, path.join(slices, 'a.png'));
  await writeRaster({ pixels: ndarray(truth.data, [SIDE, SIDE, 1]), metadata }, path.join(cells, 'a.png'));
  const { code, stdout } = await perpixel(['eval', 'membranes', slices, '--truth', cells, '--json']);
  expect(code).toBe(0);
  const scores = JSON.parse(stdout);
  expect(scores).toMatchObject({ images: 1 });
  expect(scores.vRand).toBeGreaterThan(0.97);
  expect(scores.pixelError).toBeLessThan(0.06);
  const [a, b, c, d] = scores.calibration;
  expect(a >= 0 && a <= b && b <= c && c <= d && d <= 1).toBe(true);
  expect(d).toBeGreaterThan(0.9);
});
