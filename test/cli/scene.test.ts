import { access, mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { beforeEach, describe, expect, test } from 'vitest';
import { readRaster } from '../../src/images/readRaster.js';
import { perpixel } from '../helpers/perpixel.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { writeTinyScene as writeKnowingScene } from '../library/tinyScene.js';
import { FOCAL, HEIGHT, WIDTH, writeTinyScene } from './tinyScene.js';

/** Far from the edge between the halves, where the enlargement changes nothing. */
const [LEFT, RIGHT] = [40, 300];

let photos: string;
let out: string;
let model: string;

beforeEach(async () => {
  const home = await temporaryFolder();
  [photos, out] = ['photos', 'out'].map((name) => path.join(home, name));
  model = await writeTinyScene(home);
  await mkdir(path.join(photos, 'b'), { recursive: true });
  await writePhoto('a.png');
});

/** The left half red, the right half green. */
async function writePhoto(name: string, { height = HEIGHT, width = WIDTH } = {}) {
  const data = Buffer.alloc(height * width * 3);
  for (let i = 0; i < height * width; i++) data[3 * i + (i % width < width / 2 ? 0 : 1)] = 255;
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(path.join(photos, name));
}

/** Red, in stripes of four pixels of what the network answers. */
const stripe = (x: number) => (Math.floor((x % WIDTH) / 16) % 2 === 0 ? 100 : 128);

const run = (names: string, ...options: string[]) => perpixel([names, photos, '-o', out, '--model', model, ...options]);
const resultOf = async (name: string) => (await readRaster(path.join(out, name))).pixels;

describe('depth', () => {
  test('16-bit millimetres', async () => {
    expect(await run('depth', '--focal', FOCAL)).toMatchObject({ code: 0 });
    const { data, shape } = await resultOf('a.depth.png');
    expect(data).toBeInstanceOf(Uint16Array);
    expect(shape).toEqual([HEIGHT, WIDTH, 1]);
    // The network says how red it is: logarithms of 1 and of e metres.
    expect([data[LEFT], data[RIGHT]]).toEqual([2718, 1000]);
  });

  test.each(['npy', 'pfm'])('metres as %s', async (format) => {
    await run('depth', '--focal', FOCAL, '--format', format);
    const pixels = await resultOf(`a.depth.${format}`);
    expect(pixels.get(128, LEFT, 0)).toBeCloseTo(Math.E, 3);
    expect(pixels.get(128, RIGHT, 0)).toBeCloseTo(1, 3);
  });

  test.each([
    ['twice the focal length is twice as far', '518.8579px', 2],
    ['as for 35 mm film', '28mm', 28 * (Math.hypot(HEIGHT, WIDTH) / Math.hypot(36, 24) / 259.42895)],
  ])('%s', async (_, focal, times) => {
    await run('depth', '--focal', focal, '--format', 'npy');
    expect((await resultOf('a.depth.npy')).get(9, RIGHT, 0)).toBeCloseTo(times, 3);
  });

  test.each<[string, string[], number, object]>([
    ['of the EXIF', [], 56 / 28, { focalFrom: 'exif' }],
    ['of the option, where both are there', ['--focal', '28mm'], 1, { focalFrom: 'option' }],
  ])('the focal length %s makes metres', async (_, options, times, told) => {
    const exif = { IFD2: { FocalLengthIn35mmFilm: '56' } };
    const upright = sharp(path.join(photos, 'a.png'));
    await upright
      .jpeg({ quality: 100 })
      .withExif(exif)
      .toFile(path.join(photos, 'b', 'x.jpg'));
    const { stdout } = await run('depth', '--format', 'npy', '--json', ...options);
    expect(stdout).toContain(JSON.stringify(told).slice(1, -1));
    const [without, withIt] = await Promise.all(['a.depth.npy', path.join('b', 'x.depth.npy')].map(resultOf));
    expect(withIt.get(9, RIGHT, 0) / without.get(9, RIGHT, 0)).toBeCloseTo(times, 1);
  });

  test('a photo that lies on its side, and says so, is as the upright one', async () => {
    const lying = sharp(path.join(photos, 'a.png')).rotate(-90).jpeg({ quality: 100, chromaSubsampling: '4:4:4' });
    await lying.withMetadata({ orientation: 6 }).toFile(path.join(photos, 'b', 'x.jpg'));
    await run('depth', '--focal', FOCAL, '--format', 'npy');
    const { shape, data } = await resultOf(path.join('b', 'x.depth.npy'));
    expect(shape).toEqual([HEIGHT, WIDTH, 1]);
    expect([data[LEFT], data[RIGHT]]).toEqual([expect.closeTo(Math.E, 1), expect.closeTo(1, 1)]);
  });

  test('says where the focal length is from', async () => {
    const { stdout } = await run('depth', '--json');
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const { depth } = events.find(({ event }) => event === 'file').report;
    expect(depth).toMatchObject({ focalFrom: 'assumed', focal: Math.round((28 / 43.267) * 435.2) });
  });
});

describe('normals', () => {
  // The network says 0.6, 0, 0.8 where it is red, and the other way round where it is not.
  test('8 bits of (n + 1) / 2', async () => {
    await run('normals', '--focal', FOCAL);
    const pixels = await resultOf('a.normals.png');
    expect(pixels.data).toBeInstanceOf(Uint8Array);
    expect([0, 1, 2].map((c) => pixels.get(9, LEFT, c))).toEqual([204, 128, 230]);
  });

  test('unit vectors, flatter by as much as things look larger', async () => {
    await run('normals', '--focal', '518.8579px', '--format', 'npy');
    const pixels = await resultOf('a.normals.npy');
    const [x, y, z] = [0, 1, 2].map((c) => pixels.get(9, LEFT, c));
    expect(z / x).toBeCloseTo(0.8 / 0.6 / 2, 3);
    expect(y).toBeCloseTo(0, 5);
    expect(Math.hypot(x, y, z)).toBeCloseTo(1, 5);
  });

  test('keep the detail that the network sees where the photo has little contrast', async () => {
    const data = Buffer.from(Array.from({ length: HEIGHT * WIDTH * 3 }, (_, i) => (i % 3 ? 0 : stripe(i / 3))));
    await sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
      .png()
      .toFile(path.join(photos, 'a.png'));
    await run('normals', '--focal', FOCAL, '--format', 'npy');
    const pixels = await resultOf('a.normals.npy');
    // The middles of two stripes.
    for (const x of [168, 184]) {
      const red = stripe(x) / 255;
      expect(pixels.get(128, x, 0) / pixels.get(128, x, 2)).toBeCloseTo((0.8 - 0.2 * red) / (0.6 + 0.2 * red), 3);
    }
  });

  test('a mirrored photo has mirrored normals: best is the mean of what is said twice', async () => {
    await run('normals', '--focal', FOCAL, '--format', 'npy', '--quality', 'best');
    const pixels = await resultOf('a.normals.npy');
    // x is said to be 0.6 there, and -0.6 of the mirrored one.
    expect(pixels.get(9, LEFT, 0)).toBeCloseTo(0, 4);
    expect(pixels.get(9, LEFT, 2)).toBeCloseTo(1, 4);
  });
});

describe('labels', () => {
  const palette = async (name: string) => {
    const file = await readFile(path.join(out, name));
    return file.subarray(file.indexOf('PLTE') + 4, file.indexOf('PLTE') + 4 + 3 * 41);
  };

  test.each([
    // The network takes red for a bed and green for a floor.
    [40, [4, 2], ['bed', 'floor']],
    [13, [1, 5], ['bed', 'floor']],
    [4, [3, 1], ['furniture', 'floor']],
  ])('%i classes: indices, colours, names', async (classes, expected, names) => {
    expect(await run('labels', '--classes', String(classes))).toMatchObject({ code: 0 });
    const { data } = await sharp(path.join(out, 'a.labels.png')).raw().toBuffer({ resolveWithObject: true });
    const colours = await palette('a.labels.png');
    const legend = JSON.parse(await readFile(path.join(out, 'labels.json'), 'utf8'));
    expect(legend).toHaveLength(classes + 1);
    for (const [side, x] of [LEFT, RIGHT].entries()) {
      const { index, name, colour } = legend[expected[side]];
      expect([index, name]).toEqual([expected[side], names[side]]);
      const own = `#${colours.subarray(3 * index, 3 * index + 3).toString('hex')}`;
      expect(own).toBe(colour);
      expect(`#${data.subarray(3 * x, 3 * x + 3).toString('hex')}`).toBe(colour);
    }
  });

  test('indices as NPY', async () => {
    await run('labels', '--format', 'npy');
    const pixels = await resultOf('a.labels.npy');
    expect([pixels.get(9, LEFT, 0), pixels.get(9, RIGHT, 0)]).toEqual([4, 2]);
  });
});

describe('several at once', () => {
  test('of a tree of photos of every shape, by their names', async () => {
    await writePhoto(path.join('b', 'tall.png'), { height: 90, width: 30 });
    await writePhoto(path.join('b', 'wide.png'), { height: 20, width: 300 });
    await writePhoto(path.join('b', 'dot.png'), { height: 1, width: 1 });
    const { code, stderr } = await run('depth,normals,labels');
    expect([code, stderr]).toEqual([0, expect.stringContaining('4')]);
    expect((await readdir(out)).sort()).toEqual(['a.depth.png', 'a.labels.png', 'a.normals.png', 'b', 'labels.json']);
    for (const [name, shape] of [
      ['tall', [90, 30]],
      ['wide', [20, 300]],
      ['dot', [1, 1]],
    ] as const) {
      for (const map of ['depth', 'normals']) {
        expect((await resultOf(path.join('b', `${name}.${map}.png`))).shape.slice(0, 2)).toEqual(shape);
      }
    }
  });

  test('--pictures: one of each map beside it, of those that are there too', async () => {
    await run('depth,normals,labels', '--format', 'npy');
    const { code, stdout } = await run('depth,normals,labels', '--format', 'npy', '--pictures', '--json');
    expect(code).toBe(0);
    expect(stdout).toContain('a.labels.picture.png');
    for (const task of ['depth', 'normals', 'labels']) {
      const { data, shape } = await resultOf(`a.${task}.picture.png`);
      expect(data).toBeInstanceOf(Uint8Array);
      expect(shape).toEqual([expect.any(Number), WIDTH, 3]);
      expect(shape[0]).toBeGreaterThan(HEIGHT);
    }
    // The left is farther: blue there, red on the right.
    const depth = await resultOf('a.depth.picture.png');
    expect(depth.get(9, RIGHT, 0)).toBeGreaterThan(depth.get(9, RIGHT, 2) + 50);
    expect(depth.get(9, LEFT, 0)).toBeLessThan(60);
  });

  test('what is there is not done again, and what is lacking is', async () => {
    await run('depth');
    const before = await readFile(path.join(out, 'a.depth.png'));
    const { stdout } = await run('depth', '--json');
    expect(stdout).toContain('skipped');
    await run('depth,normals');
    await access(path.join(out, 'a.normals.png'));
    expect(await readFile(path.join(out, 'a.depth.png'))).toEqual(before);
  });
});

describe('a photo that is not like what the network learnt from', () => {
  const notice = 'not like the rooms that the network learnt from: what it says here may be far off';
  const knowing = async () => writeKnowingScene(path.dirname(photos), { isKnowing: true });

  test('is told of once, however many maps and photos there are', async () => {
    await writePhoto('b.png');
    const { stderr } = await run('depth,normals', '--model', await knowing());
    expect(stderr.split(notice)).toHaveLength(3);
    expect(stderr).toMatch(new RegExp(`[ab]\\.png: ${notice}`));
    expect(stderr).toContain(`In 2 files: ${notice}`);
  });

  test('is so in JSON, and in the page', async () => {
    const page = path.join(path.dirname(photos), 'page.html');
    const { stdout } = await run('depth', '--model', await knowing(), '--json', '--report', page);
    const files = stdout.split('\n').filter((line) => line.includes('"event":"file"'));
    const [{ report }] = files.map((line) => JSON.parse(line));
    expect(report).toMatchObject({ notices: [notice], depth: { familiarity: 0 } });
    expect(await readFile(page, 'utf8')).toContain(notice);
  });

  test('is told of where the result is a pipe or one file', async () => {
    const to = path.join(path.dirname(photos), 'x.png');
    const { stderr } = await perpixel(['labels', path.join(photos, 'a.png'), '-o', to, '--model', await knowing()]);
    expect(stderr).toContain(notice);
  });
});

describe('depth beside the photo', () => {
  let beside: string;
  beforeEach(async () => {
    beside = await writeTinyScene(path.dirname(photos), { withGeometry: true });
    await writePhoto('a.png');
    const folder = path.join(path.dirname(photos), 'measured');
    await mkdir(folder);
    // 1 m on the left, 3 m on the right.
    const millimetres = Uint16Array.from({ length: HEIGHT * WIDTH }, (_, i) => (i % WIDTH < WIDTH / 2 ? 1000 : 3000));
    await sharp(millimetres, { raw: { width: WIDTH, height: HEIGHT, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toFile(path.join(folder, 'a.png'));
  });
  const withDepth = (depth: string, ...options: string[]) =>
    perpixel(['labels', photos, '-o', out, '--model', beside, '--depth', depth, '--format', 'npy', ...options]);

  test('cannot be predicted by a model that asks for it: the photo fails, not the process', async () => {
    expect(await withDepth('predicted')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/E_MODEL .*asks for image, depth, normals; [\s\S]*1 of 1 file, 1 failed/),
    });
  });

  test('is what labels may depend on, in the camera that was learnt from', async () => {
    // The network takes what is beyond e^0.5 = 1.65 m for a bed, what is nearer for a floor, whatever its colour.
    expect(await withDepth(path.join(path.dirname(photos), 'measured'), '--focal', FOCAL)).toMatchObject({ code: 0 });
    const pixels = await resultOf('a.labels.npy');
    expect([pixels.get(9, LEFT, 0), pixels.get(9, RIGHT, 0)]).toEqual([2, 4]);
    await withDepth(path.join(path.dirname(photos), 'measured'), '--focal', '518.8579px', '--overwrite');
    const nearer = await resultOf('a.labels.npy');
    expect(nearer.get(9, RIGHT, 0)).toBe(2);
  });

  test('a photo without its depth fails, by name, and the others do not', async () => {
    await writePhoto('z.png');
    const { code, stderr } = await withDepth(path.join(path.dirname(photos), 'measured'));
    expect(code).toBe(1);
    expect(stderr).toContain('z.png: no depth map');
    await access(path.join(out, 'a.labels.npy'));
  });
});

test.each([
  [['depth', '--focal', 'long'], /--focal: long; expected a length like 28mm/],
  [['labels', '--classes', '7'], /Argument: classes, Given: 7, Choices: 4, 13, 40/],
])('%s was wrong: exit code 2', async (args, message) => {
  const { code, stderr } = await perpixel([...args, photos, '-o', out, '--model', model]);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});

describe('--confidence', () => {
  test('a map beside each, of 16 bits: how well the photo and its mirror image agree, how likely the class is', async () => {
    const { code, stdout } = await run('depth,normals,labels', '--confidence', '--json');
    expect(code).toBe(0);
    const maps = await Promise.all(['depth', 'normals', 'labels'].map((name) => resultOf(`a.${name}.confidence.png`)));
    for (const { data, shape } of maps) {
      expect(data).toBeInstanceOf(Uint16Array);
      expect(shape).toEqual([HEIGHT, WIDTH, 1]);
    }
    // Normals of this network do not turn with the photo: .6, 0, .8 is compared with -.6, 0, .8, and .8, 0, .6 with -.8, 0, .6.
    const shares = maps.map(({ data }) => [LEFT, RIGHT].map((x) => data[x] / 65_535));
    expect(shares[0]).toEqual([expect.closeTo(1, 3), expect.closeTo(1, 3)]);
    expect(shares[1]).toEqual([expect.closeTo(0.28, 2), 0]);
    expect(shares[2]).toEqual([expect.closeTo(1, 3), expect.closeTo(1, 3)]);
    const report = JSON.parse(stdout.split('\n').find((line) => line.includes('"file"'))!).report;
    expect(report.normals.meanConfidence).toBeCloseTo(0.14, 1);
    expect(report.normals).not.toHaveProperty('confidence');
    expect(await run('depth,normals,labels', '--confidence', '--json')).toMatchObject({
      stdout: expect.stringContaining('"skipped":1'),
    });
  });

  test.each([
    ['npy', 'a.normals.confidence.npy'],
    ['pfm', 'a.normals.confidence.pfm'],
  ])('in the format of the results: %s', async (format, file) => {
    expect(await run('normals', '--confidence', '--format', format)).toMatchObject({ code: 0 });
    expect((await resultOf(file)).get(9, LEFT, 0)).toBeCloseTo(0.28, 2);
  });

  test('beside points in space a PNG; without the option nothing', async () => {
    await run('depth', '--confidence', '--format', 'ply');
    expect((await readdir(out)).sort()).toEqual(['a.depth.confidence.png', 'a.depth.ply']);
    await run('normals');
    expect((await readdir(out)).filter((name) => name.includes('normals'))).toEqual(['a.normals.png']);
  });

  test('is no option of videos, which have no files beside', async () => {
    expect((await perpixel(['video', 'depth', '--help'])).stdout).not.toContain('--confidence');
    expect((await perpixel(['depth', '--help'])).stdout).toContain('--confidence');
  });
});
