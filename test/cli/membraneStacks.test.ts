import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { PageFile } from '../../src/images/formats/tiff/pageFile.js';
import { readRaster } from '../../src/images/readRaster.js';
import { writeRaster } from '../../src/images/writeRaster.js';
import { perpixel } from '../helpers/perpixel.js';
import { syntheticSlice } from '../helpers/syntheticSlice.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

const SIDE = 160;
const slices = [0, 1, 2].map((depth) => syntheticSlice(SIDE, SIDE, { depth }).image);

async function writeStack(file: string, pages = slices) {
  const stack = await PageFile.create(file);
  for (const page of pages) await stack.add(page);
  await stack.close();
}

async function writeSlices(folder: string, names: readonly string[]) {
  const metadata = { format: 'png', bitDepth: 8 } as const;
  for (const [i, name] of names.entries())
    await writeRaster({ pixels: slices[i], metadata }, path.join(folder, `${name}.png`));
}

/** 32-bit labels of a page. */
async function cellsOf(file: string, page: number): Promise<Uint32Array> {
  const raw = await sharp(file, { page }).toColourspace('b-w').raw({ depth: 'uint' }).toBuffer();
  return new Uint32Array(raw.buffer, raw.byteOffset, raw.length / 4);
}

describe('a TIFF of several pages', () => {
  test('is a stack, and so are its results; each page has what the slice alone has', async () => {
    const [folder, out, alone] = [await temporaryFolder(), await temporaryFolder(), await temporaryFolder()];
    await writeStack(path.join(folder, 'stack.tif'));
    const asked = ['membranes', folder, '-o', out, '--cells', '--pictures'];
    const { code, stderr } = await perpixel(asked);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/1 of 1 file.*\n3 slices\n$/s) });
    const kinds = ['cells.csv', 'cells.json', 'cells.tif', 'membranes.picture.tif', 'membranes.tif'];
    expect((await readdir(out)).sort()).toEqual(kinds.map((kind) => `stack.${kind}`));

    await writeSlices(folder, ['0', '1', '2']);
    await perpixel(['membranes', folder, '-o', alone, '--cells', '--include', '*.png', '--quiet']);
    const rows: { slice: number; cell: number }[] = JSON.parse(
      await readFile(path.join(out, 'stack.cells.json'), 'utf8'),
    );
    for (const page of [0, 1, 2]) {
      const words = sharp(path.join(out, 'stack.membranes.tif'), { page }).toColourspace('grey16');
      const probability = await words.raw({ depth: 'ushort' }).toBuffer();
      const single = await readRaster(path.join(alone, `${page}.membranes.png`));
      expect(new Uint16Array(probability.buffer, probability.byteOffset, SIDE * SIDE)).toEqual(single.pixels.data);
      const labels = await cellsOf(path.join(out, 'stack.cells.tif'), page);
      expect([...labels]).toEqual([...(await readRaster(path.join(alone, `${page}.cells.png`))).pixels.data]);
      expect(rows.filter(({ slice }) => slice === page + 1).at(-1)!.cell).toBe(labels.reduce((a, b) => Math.max(a, b)));
    }
    const [head, ...lines] = (await readFile(path.join(out, 'stack.cells.csv'), 'utf8')).trimEnd().split('\n');
    expect(head).toBe('slice,cell,area,x,y,left,top,width,height,perimeter,meanGrey');
    expect(lines).toHaveLength(rows.length);
    expect(await sharp(path.join(out, 'stack.membranes.picture.tif')).metadata()).toMatchObject({
      pages: 3,
      channels: 3,
    });
    expect((await perpixel([...asked, '--include', '*.tif'])).stderr).toContain('1 skipped');
  });

  test('into one file; not into a picture, a pipe or another format', async () => {
    const folder = await temporaryFolder();
    const [stack, file] = [path.join(folder, 'stack.tif'), path.join(folder, 'found.tif')];
    await writeStack(stack);
    expect(await perpixel(['membranes', stack, '-o', file])).toMatchObject({ code: 0, stderr: '3 slices\n' });
    expect(await sharp(file).metadata()).toMatchObject({ pages: 3, depth: 'ushort' });
    const refused = await perpixel(['membranes', stack, '-o', path.join(folder, 'found.png')]);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('a TIFF or a folder, for a stack') });
    const other = await perpixel(['membranes', stack, '-o', path.join(folder, 'out'), '--format', 'npy']);
    expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining('expected tiff, which has pages') });
    expect((await readdir(folder)).sort()).toEqual(['found.tif', 'out', 'stack.tif']);
    expect(await readdir(path.join(folder, 'out'))).toEqual([]);
  });

  test('of mixed sizes and empty slices: told by page, and not linked over them', async () => {
    const [folder, out] = [await temporaryFolder(), await temporaryFolder()];
    const empty = syntheticSlice(SIDE, SIDE).image;
    empty.data.fill(90);
    await writeStack(path.join(folder, 'stack.tif'), [slices[0], syntheticSlice(96, 128).image, empty]);
    const { code, stderr } = await perpixel(['membranes', folder, '-o', out, '--cells', '--link', '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const pages = await Promise.all(
      [0, 1, 2].map((page) => sharp(path.join(out, 'stack.membranes.tif'), { page }).metadata()),
    );
    expect(pages.map(({ width, height }) => [height, width])).toEqual([[SIDE, SIDE], [96, 128], [SIDE, SIDE]]); // biome-ignore format: pairs
    const [first, second] = [
      new Set(await cellsOf(path.join(out, 'stack.cells.tif'), 0)),
      new Set(await cellsOf(path.join(out, 'stack.cells.tif'), 1)),
    ];
    expect([...second].filter((cell) => first.has(cell))).toEqual([0]);
  });

  test('a page that cannot be worked on fails the stack, by its number, and leaves nothing', async () => {
    const [folder, out] = [await temporaryFolder(), await temporaryFolder()];
    const file = path.join(folder, 'stack.tif');
    await writeStack(file);
    const bytes = await readFile(file);
    bytes.fill(0xff, bytes.length - 4000, bytes.length - 3000);
    await writeFile(file, bytes);
    const { code, stderr } = await perpixel(['membranes', folder, '-o', out, '--cells']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/E_READ {2}.*stack\.tif: page 3, /) });
    expect(await readdir(out)).toEqual([]);
  });

  test('what takes no stacks refuses it as before', async () => {
    const [folder, out] = [await temporaryFolder(), await temporaryFolder()];
    await writeStack(path.join(folder, 'stack.tif'));
    const { code, stderr } = await perpixel(['denoise', folder, '-o', out]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('a TIFF of 3 pages') });
  });

  test('a dry run names what would be written', async () => {
    const [folder, out] = [await temporaryFolder(), await temporaryFolder()];
    await writeStack(path.join(folder, 'stack.tif'));
    const { code, stdout } = await perpixel(['membranes', folder, '-o', out, '--cells', '--dry-run', '--json']);
    const [plan] = stdout.toString().split('\n').map((line) => line && JSON.parse(line)); // biome-ignore format: one line
    expect({ code, plan }).toMatchObject({ code: 0, plan: { status: 'do', megapixels: (3 * SIDE * SIDE) / 1e6 } });
    expect(plan.outputs.map((file: string) => path.basename(file)).sort()).toEqual([
      'stack.cells.csv',
      'stack.cells.json',
      'stack.cells.tif',
      'stack.membranes.tif',
    ]);
  });
});

describe('--link', () => {
  const names = ['slice1', 'slice2', 'slice10'];

  test('cells keep their numbers: in a stack, and in a folder in the natural order of names', async () => {
    const [folder, out, stacked] = [await temporaryFolder(), await temporaryFolder(), await temporaryFolder()];
    await writeSlices(folder, names);
    const ask = (into: string, ...more: string[]) => ['membranes', folder, '-o', into, '--cells', '--link', ...more];
    expect(await perpixel(ask(out, '--quiet'))).toMatchObject({ code: 0, stderr: '' });
    await writeStack(path.join(folder, 'stack.tif'));
    expect(await perpixel(ask(stacked, '--include', '*.tif', '--quiet'))).toMatchObject({ code: 0 });
    const labels = async (name: string) => (await readRaster(path.join(out, `${name}.cells.png`))).pixels.data;
    for (const [page, name] of names.entries()) {
      expect([...(await labels(name))]).toEqual([...(await cellsOf(path.join(stacked, 'stack.cells.tif'), page))]);
    }
    const [first, last] = [await labels('slice1'), await labels('slice10')];
    const kept = [...first].filter((label, i) => label > 0 && label === last[i]).length;
    expect(kept / first.length).toBeGreaterThan(0.7);

    // One is missing: found again, with the numbers that it had.
    await rm(path.join(out, 'slice10.cells.png'));
    expect((await perpixel(ask(out, '--exclude', '*.tif'))).stderr).toContain('3 of 3 files');
    expect(await labels('slice10')).toEqual(last);
    expect((await perpixel(ask(out, '--exclude', '*.tif'))).stderr).toContain('3 skipped');
  });

  test('without cells it is refused', async () => {
    const folder = await temporaryFolder();
    await writeSlices(folder, names.slice(0, 1));
    const { code, stderr } = await perpixel(['membranes', folder, '-o', path.join(folder, 'out'), '--link']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('--cells beside it') });
  });
});
