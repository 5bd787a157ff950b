import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import ndarray from 'ndarray';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { NamedTensors, Session } from '../../../src/engines/engine.js';
import type { Pixels, Raster } from '../../../src/images/raster.js';
import { readRaster } from '../../../src/images/readRaster.js';
import { writeRaster } from '../../../src/images/writeRaster.js';
import { restorationScores } from '../../../src/metrics/restoration.js';
import { modelCard } from '../../../src/onnx/modelFile.js';
import type { Companion } from '../../../src/tasks/companion.js';
import { readKernel } from '../../../src/tasks/deblur/readKernel.js';
import { deblur } from '../../../src/tasks/deblur/task.js';
import { texturedWindow } from '../../../src/tasks/deblur/texturedWindow.js';
import type { TiledPlan } from '../../../src/tasks/plan.js';
import type { Quality } from '../../../src/tasks/task.js';
import { hook, rectangles, seen } from '../../helpers/blurredScene.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';
import { writeKernel } from '../../helpers/writeKernel.js';

const card = modelCard.parse({
  ...{ name: 'fake', task: 'denoise', network: 'fake', licence: 'none', data: [] },
  ...{ channels: 1, stride: 8, receptiveRadius: 0, parameters: 1 },
});

const rasterOf = (pixels: Raster['pixels']): Raster => ({ pixels, metadata: { format: 'npy', bitDepth: 32 } });

async function kernelFile(): Promise<string> {
  return writeKernel(hook, path.join(await temporaryFolder(), 'hook.npy'));
}

/** Deblurs with a network that says that nothing is noise. */
async function solved(blurred: Pixels, { quality = 'balanced' as Quality, sigma = 1 } = {}) {
  const calls: NamedTensors[] = [];
  const options = deblur.options.parse({ kernel: await kernelFile(), sigma });
  const facts = await deblur.measure(rasterOf(blurred), options, card, {});
  const run = async (inputs: NamedTensors) => {
    calls.push(inputs);
    return { clean: inputs.image };
  };
  const plan = deblur.plan(facts, card, quality) as TiledPlan;
  return { result: await plan.window(blurred, run), calls };
}

describe('with a known kernel', () => {
  const { blurred, truth } = seen(rectangles(70, 61), hook);

  test('the picture becomes sharp, up to its border', async () => {
    const { result } = await solved(blurred, { sigma: 8 });
    expect(result.shape).toEqual(truth.shape);
    const gain = (crop: number) =>
      restorationScores(result, truth, { crop }).psnr - restorationScores(blurred, truth, { crop }).psnr;
    expect(gain(0)).toBeGreaterThan(7);
    expect(gain(8)).toBeGreaterThan(12);
  });

  test('the network is told of less noise from step to step, down to that of the picture', async () => {
    const { calls } = await solved(blurred, { sigma: 2.55 });
    const levels = calls.map(({ sigma }) => 255 * sigma.data[0]);
    expect(levels).toHaveLength(8);
    expect(levels[0]).toBeCloseTo(49, 3);
    expect(levels[7]).toBeCloseTo(2.55, 3);
    expect(levels).toEqual([...levels].sort((a, b) => b - a));
    // 64 x 55 and a rim of at least 3 to each side, in steps of the stride.
    for (const { image } of calls) expect(image.dims).toEqual([1, 1, 72, 64]);
  });

  test('best takes the mean over eight ways to turn, and a network that sees no difference says the same', async () => {
    const best = await solved(blurred, { quality: 'best' });
    const balanced = await solved(blurred);
    expect(best.calls).toHaveLength(64);
    for (const [i, value] of best.result.data.entries()) expect(value).toBeCloseTo(balanced.result.data[i], 4);
  });

  test('each channel is deblurred for itself', async () => {
    const [height, width] = blurred.shape;
    const colour = ndarray(new Float32Array(height * width * 3), [height, width, 3]);
    for (let i = 0; i < height * width; i++) {
      for (let c = 0; c < 3; c++) colour.data[3 * i + c] = blurred.data[i] * (c + 1) * 0.25;
    }
    const { result } = await solved(colour);
    const grey = (await solved(blurred)).result;
    for (const [y, x] of [
      [0, 0],
      [20, 30],
      [63, 54],
    ]) {
      for (let c = 0; c < 3; c++) expect(result.get(y, x, c)).toBeCloseTo(grey.get(y, x, 0) * (c + 1) * 0.25, 2);
    }
  });
});

describe('what is found out of a photo', () => {
  const { blurred } = seen(rectangles(50, 50), hook);
  const measured = async (given: object) =>
    deblur.measure(rasterOf(blurred), deblur.options.parse(given), card, { file: 'trip/a.jpg' });

  test('tells what is given from what is estimated', async () => {
    const facts = await measured({ kernel: await kernelFile() });
    expect(deblur.report(facts)).toMatchObject({ kernelSize: '7 x 7', kernelEstimated: false, noiseEstimated: true });
    expect(facts.sigma).toBeGreaterThanOrEqual(0.5 / 255);
    expect(deblur.plan(facts, card, 'balanced')).toMatchObject({ kind: 'tiled', symmetry: 'none', reach: 14 });
  });

  test('an estimated kernel is never trusted as one that is given, and comes back in the report', async () => {
    const facts = await measured({ kernelSize: 5, sigma: 0 });
    const report = { kernelSize: '5 x 5', kernelEstimated: true, sigma: 5, noise: 0 };
    expect(deblur.report(facts)).toMatchObject({ ...report, kernel: facts.kernel });
  });

  test('a blur that is not trusted leaves the photo as it is, and the report says why; one that is given is not doubted', async () => {
    const sharp = rectangles(60, 60);
    const facts = await deblur.measure(rasterOf(sharp), deblur.options.parse({ kernelSize: 5 }), card, {});
    expect(deblur.plan(facts, card, 'balanced')).toBeUndefined();
    expect(deblur.report(facts).leftAlone).toMatch(/^the blur is too small to gain by/);
    const told = await deblur.measure(rasterOf(sharp), deblur.options.parse({ kernel: await kernelFile() }), card, {});
    expect(deblur.plan(told, card, 'balanced')).toBeDefined();
    expect(deblur.report(told)).not.toHaveProperty('leftAlone');
  });

  test.each<[string, (file: string) => Companion | Promise<Companion>]>([
    ['a folder of them, by the name of the photo', (file) => path.dirname(path.dirname(file))],
    ['a URL', (file) => pathToFileURL(file)],
    ['the bytes of a file', (file) => readFile(file)],
    ['a sharp instance', async (file) => sharp(await readFile(file.replace('.npy', '.png'))).toColourspace('grey16')],
    ['an ndarray', () => hook],
  ])('the kernel may be %s', async (_, kernelOf) => {
    const file = await writeKernel(hook, path.join(await temporaryFolder(), 'trip', 'a.npy'));
    await writeKernel(hook, file.replace('.npy', '.png'));
    const { kernel } = await measured({ kernel: await kernelOf(file) });
    for (const [i, weight] of hook.data.entries()) expect(kernel.data[i]).toBeCloseTo(weight, 4);
  });

  test('a kernel that is one point is no blur: the photo stays as it is', async () => {
    const folder = await temporaryFolder();
    await writeRaster(rasterOf(ndarray(new Float32Array([3]), [1, 1, 1])), path.join(folder, 'point.npy'));
    const facts = await measured({ kernel: path.join(folder, 'point.npy') });
    expect(deblur.plan(facts, card, 'balanced')).toBeUndefined();
  });

  test('a photo must be as large as the kernel', async () => {
    const tiny = rasterOf(ndarray(new Float32Array(30), [5, 6, 1]));
    const options = deblur.options.parse({ kernel: await kernelFile() });
    await expect(deblur.measure(tiny, options, card, { file: 'a.png' })).rejects.toThrow(
      'a.png: 6 x 5 pixels; expected at least the size of the kernel, 7 x 7',
    );
  });

  test.each([
    [{ kernelSize: 30 }, 'odd'],
    [{ kernelSize: 1 }, '3'],
    [{ sigma: 90 }, '75'],
  ])('%j is refused', (given, why) => expect(() => deblur.options.parse(given)).toThrow(why));
});

describe('a kernel file', () => {
  test.each(['k.npy', 'k.png', 'deep/folder/K.PNG'])('%s is read as it was written', async (name) => {
    const file = path.join(await temporaryFolder(), name);
    await writeKernel(hook, file);
    const read = await readKernel(file, {});
    expect(read.shape).toEqual([7, 7]);
    for (const [i, weight] of hook.data.entries()) expect(read.data[i]).toBeCloseTo(weight, 5);
  });

  test('as a picture shows the largest weight white', async () => {
    const file = path.join(await temporaryFolder(), 'k.png');
    await writeKernel(hook, file);
    const { pixels, metadata } = await readRaster(file);
    expect(metadata.bitDepth).toBe(16);
    expect(Math.max(...(pixels.data as Uint16Array))).toBe(65535);
  });

  test('of any scale sums to 1, and of colours counts the mean', async () => {
    const file = path.join(await temporaryFolder(), 'k.npy');
    await writeRaster(rasterOf(ndarray(new Float32Array([3, 0, 3, 20, 20, 20]), [1, 2, 3])), file);
    const { data } = await readKernel(file, {});
    expect(data[0]).toBeCloseTo(2 / 22, 6);
    expect(data[1]).toBeCloseTo(20 / 22, 6);
  });

  test.each<[string, number[], number[], RegExp]>([
    ['too large', Array(103).fill(1), [1, 103, 1], /103 x 1 pixels; expected at most 101 x 101/],
    ['below 0', [1, -1], [1, 2, 1], /a weight of -1; expected weights that are finite and not negative/],
    ['not a number', [1, Number.NaN], [1, 2, 1], /a weight of NaN/],
    ['zeros', [0, 0], [1, 2, 1], /nothing but zeros/],
  ])('%s is refused', async (_, weights, shape, message) => {
    const file = path.join(await temporaryFolder(), 'k.npy');
    await writeRaster(rasterOf(ndarray(Float32Array.from(weights), shape)), file);
    await expect(readKernel(file, {})).rejects.toThrow(message);
  });

  test('that is none is refused', async () => {
    const file = path.join(await temporaryFolder(), 'k.npy');
    await writeFile(file, 'no kernel');
    await expect(readKernel(file, {})).rejects.toMatchObject({ name: 'PerpixelError' });
  });
});

describe('the window that a kernel is estimated in', () => {
  const flat = (height: number, width: number) => ndarray(new Float32Array(height * width), [height, width, 1]);

  test('is all of a small picture', () =>
    expect(texturedWindow({ pixels: flat(30, 40) }, 64)).toEqual({ y: 0, x: 0, height: 30, width: 40 }));

  test.each([
    ['wide', 40, 300, 0, 210],
    ['tall', 300, 40, 210, 0],
    ['large', 200, 300, 130, 200],
  ])('is where the structure is, in a %s picture', (_, height, width, top, left) => {
    const pixels = flat(height, width);
    for (let y = top; y < Math.min(height, top + 40); y++) {
      for (let x = left; x < Math.min(width, left + 40); x++) pixels.set(y, x, 0, (x + y) % 2);
    }
    const found = texturedWindow({ pixels }, 64);
    expect([found.height, found.width]).toEqual([Math.min(64, height), Math.min(64, width)]);
    expect(found.y).toBeLessThanOrEqual(top);
    expect(found.x).toBeLessThanOrEqual(left);
    expect(found.y + found.height).toBeGreaterThanOrEqual(Math.min(height, top + 40));
    expect(found.x + found.width).toBeGreaterThanOrEqual(Math.min(width, left + 40));
  });
});

describe('where no kernel is trusted', () => {
  const network = { ...card, name: 'dynamic', task: 'deblur', channels: 3 } as typeof card;
  /** A network that makes all white, and expects to gain `decibels(x, width)` at each pixel. */
  const whitening = (decibels: (x: number, width: number) => number) => {
    const run = async ({ image }: NamedTensors): Promise<NamedTensors> => {
      const [, , height, width] = image.dims;
      const gain = Float32Array.from({ length: height * width }, (_, i) => decibels(i % width, width) / 10);
      return {
        clean: { dims: image.dims, data: new Float32Array(image.data.length).fill(1) },
        gain: { dims: [1, 1, height, width], data: gain },
      };
    };
    // Sessions are classes: their methods want them.
    class Whitening {
      model = { card: network };
      run(inputs: NamedTensors) {
        return this.model && run(inputs);
      }
    }
    return new Whitening() as unknown as Session;
  };
  const measured = (decibels: number, named: { name: string; task?: string }, pixels: Pixels = rectangles(60, 60)) => {
    const opened: string[] = [];
    const open = async (model: string) => {
      opened.push(model);
      return whitening(() => decibels);
    };
    const options = deblur.options.parse({ kernelSize: 5 });
    const facts = deblur.measure(rasterOf(pixels), options, { ...card, ...named }, { open });
    return Promise.resolve(facts).then((facts) => ({ facts, opened }));
  };

  test('the network for moving scenes is asked, and takes over where it expects to gain', async () => {
    const { facts, opened } = await measured(0.5, { name: 'denoise-grey' });
    expect(opened).toEqual(['deblur-dynamic']);
    expect(deblur.model(deblur.options.parse({}), rasterOf(rectangles(9, 9)), 'balanced', facts)).toBe(
      'deblur-dynamic',
    );
    expect(deblur.plan(facts, network, 'balanced')).toMatchObject({ kind: 'tiled' });
    const report = deblur.report(facts);
    expect(report.doubt).toMatch(/too small to gain by/);
    expect(report.expectedGain).toBeCloseTo(0.5, 5);
    expect(report).not.toHaveProperty('leftAlone');
    expect(deblur.words!(report).join()).toMatch(/kernel not used: .*sharpened without one; 0\.5 dB are expected/);
  });

  test('the photo stays as it is where the network expects little', async () => {
    const { facts } = await measured(0.1, { name: 'denoise-grey' });
    expect(deblur.model(deblur.options.parse({}), rasterOf(rectangles(9, 9)), 'balanced', facts)).toBe('denoise-grey');
    expect(deblur.plan(facts, card, 'balanced')).toBeUndefined();
    expect(deblur.report(facts).leftAlone).toMatch(/too small to gain by/);
  });

  test.each<[string, Pixels]>([
    ['a denoiser of the user works alone', rectangles(60, 60)],
    ['a photo is smaller than the network takes', rectangles(6, 7)],
  ])('%s', async (what, pixels) => {
    const { facts } = await measured(0.5, { name: what.startsWith('a photo') ? 'denoise-grey' : 'mine' }, pixels);
    expect(deblur.plan(facts, card, 'balanced')).toBeUndefined();
    expect(deblur.report(facts)).toHaveProperty('leftAlone');
  });

  test('each pixel changes as far as the network expects to gain there', async () => {
    const plan = deblur.plan((await measured(0.5, { name: 'denoise-grey' })).facts, network, 'balanced') as TiledPlan;
    // From -0.4 dB on the left to +0.3 on the right: not at all, by half at -0.1, wholly.
    const session = whitening((x) => (x - 4) / 10);
    const window = ndarray(new Float32Array(8 * 8 * 3).fill(0.5), [8, 8, 3]);
    const row = (await plan.window(window, (inputs) => session.run(inputs))).data.subarray(0, 24);
    const expected = [0.5, 0.5, 0.5, 0.75, 1, 1, 1, 1];
    expected.forEach((value, x) => void expect(row[3 * x]).toBeCloseTo(value, 5));
  });

  test('a network of the user that sharpens is used for every photo', async () => {
    const { facts, opened } = await measured(0.5, network);
    expect(opened).toEqual([]);
    expect(deblur.plan(facts, network, 'balanced')).toMatchObject({ kind: 'tiled' });
    expect(deblur.report(facts)).not.toHaveProperty('leftAlone');
  });
});
