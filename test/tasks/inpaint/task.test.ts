import ndarray from 'ndarray';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseOptions } from '../../../src/core/parseOptions.js';
import type { Session } from '../../../src/engines/engine.js';
import { openSession } from '../../../src/engines/registry.js';
import type { Raster } from '../../../src/images/raster.js';
import { readModelFile, withCard } from '../../../src/onnx/modelFile.js';
import { type PredictPhotoOptions, predictPhoto } from '../../../src/pipelines/run/predictPhoto.js';
import { type HoleMask, holeMask } from '../../../src/tasks/inpaint/holeMask.js';
import { inpaint } from '../../../src/tasks/inpaint/task.js';
import type { TiledPlan } from '../../../src/tasks/plan.js';
import { fakeMarkFinder } from '../../helpers/fakeMarkFinder.js';
import { picture } from '../../helpers/pictures.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';
import { tinyInpainter, tinyInpainterCard } from '../../helpers/tinyInpainter.js';

const RADIUS = 2;
let session: Session;
/** As wide as the network that is shipped looks, so that it fills what is left of large holes. */
let wideSession: Session;

beforeAll(async () => {
  const open = async (radius: number) =>
    openSession(await readModelFile(withCard(tinyInpainter(radius), tinyInpainterCard(radius))), { threads: 1 });
  [session, wideSession] = [await open(RADIUS), await open(21)];
});
afterAll(() => Promise.all([session.dispose(), wideSession.dispose()]));

async function fill(
  raster: Raster,
  options: object,
  { open = async () => session, ...rest }: PredictPhotoOptions = {},
) {
  const asked = [{ task: inpaint, options: parseOptions(inpaint.options, options) }];
  return (await predictPhoto(raster, asked, { open, ...rest }))[0].report;
}

/** The pixels of `raster`, and a transparent hole wherever `isHole` says so. */
function erased(raster: Raster, isHole: (y: number, x: number) => boolean): Raster {
  const [height, width] = raster.pixels.shape;
  const { data } = raster.pixels;
  const white = data instanceof Float32Array ? 1 : data instanceof Uint16Array ? 65_535 : 255;
  const alpha = ndarray(data.slice(0, height * width).fill(white), [height, width]);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) if (isHole(y, x)) alpha.set(y, x, 0);
  return { ...raster, alpha };
}

const isSpot = (y: number, x: number) => (y === 4 && x > 2 && x < 6) || (y === 0 && x === 0) || (y === 11 && x === 14);

describe('outside the holes every sample stays bit for bit', () => {
  test.each([
    ['8 bits', 8, 3, 'balanced'],
    ['16 bits', 16, 3, 'balanced'],
    ['floats, some outside 0..1', 32, 3, 'balanced'],
    ['floats, some outside 0..1', 32, 3, 'best'],
    ['grey', 16, 1, 'balanced'],
  ] as const)('%s, %i bits, %i channels, %s', async (_, bitDepth, channels, quality) => {
    const make = () => erased(picture('png', { height: 12, width: 15, bitDepth, channels }), isSpot);
    const raster = make();
    const before = make().pixels;
    expect(await fill(raster, {}, { quality })).toEqual({ holePixels: 5, texturePixels: 0 });
    for (let y = 0; y < 12; y++) {
      for (let x = 0; x < 15; x++) {
        for (let c = 0; c < channels; c++) {
          const [then, now] = [before.get(y, x, c), raster.pixels.get(y, x, c)];
          if (!isSpot(y, x)) expect(now).toBe(then);
        }
      }
    }
    expect(raster.pixels.data).not.toEqual(before.data);
  });
});

test('a hole has what the network says of it, whatever stood there', async () => {
  const isHole = (y: number, x: number) => y === 2 && x === 2;
  const at = (y: number, x: number, c: number) => 10 * y + 20 * x + 30 * c;
  const pixels = ndarray(new Uint8Array(5 * 6 * 3), [5, 6, 3]);
  for (let y = 0; y < 5; y++) for (let x = 0; x < 6; x++) for (let c = 0; c < 3; c++) pixels.set(y, x, c, at(y, x, c));
  for (let c = 0; c < 3; c++) pixels.set(2, 2, c, 255);
  const raster = erased({ pixels, metadata: { format: 'png', bitDepth: 8 } }, isHole);
  await fill(raster, {});
  // The known ones about it are the same number on either side.
  expect([0, 1, 2].map((c) => pixels.get(2, 2, c))).toEqual([0, 1, 2].map((c) => at(2, 2, c)));
});

describe('what was transparent', () => {
  test('is opaque when it is filled', async () => {
    const raster = erased(picture('png', { height: 12, width: 15 }), isSpot);
    raster.alpha!.set(9, 9, 200);
    await fill(raster, {});
    expect([...raster.alpha!.data]).toEqual(Array(12 * 15).fill(255));
  });

  test('stays so where a colour says what is filled', async () => {
    const raster = erased(picture('png', { height: 12, width: 15 }), isSpot);
    const before = raster.alpha!.data.slice();
    raster.pixels.set(6, 6, 0, 1);
    raster.pixels.set(6, 6, 1, 2);
    raster.pixels.set(6, 6, 2, 3);
    expect(await fill(raster, { holeColour: '#010203' })).toEqual({ holePixels: 1, texturePixels: 0 });
    expect(raster.alpha!.data).toEqual(before);
  });
});

test('tiles give the whole result', async () => {
  const make = () =>
    erased(picture('npy', { height: 90, width: 70, bitDepth: 32 }), (y, x) => (y * 3 + x * 5) % 17 < 3 && x > 20);
  const [whole, tiled] = [make(), make()];
  const tiles: number[] = [];
  await fill(whole, {});
  await fill(tiled, {}, { tile: 24, onProgress: (_, all) => tiles.push(all) });
  expect(tiles.length).toBeGreaterThan(9);
  expect(tiles.length).toBe(tiles[0]);
  for (const [i, value] of tiled.pixels.data.entries()) expect(value).toBeCloseTo(whole.pixels.data[i], 5);
});

describe('a large hole', () => {
  const SIDE = 110;
  const inside = (i: number) => i >= 35 && i < 75;
  const isBranch = (y: number, x: number) => y >= 54 && y < 57 && x >= 75 && x < 109;
  /** Stripes that run down, with a hole of 40 x 40 in them, and a thin branch from there to the right. */
  const stripes = (): Raster => {
    const data = Float32Array.from({ length: SIDE * SIDE * 3 }, (_, i) => (Math.floor(i / 3) % 10 < 5 ? 0.2 : 0.7));
    return erased(
      { pixels: ndarray(data, [SIDE, SIDE, 3]), metadata: { format: 'npy', bitDepth: 32 } },
      (y, x) => (inside(y) && inside(x)) || isBranch(y, x),
    );
  };
  const open = async () => wideSession;

  test('is filled with the texture about it, and what branches off it by the network', async () => {
    const raster = stripes();
    // The branch is the hole's to twice 12 pixels from where it is 12 pixels deep, that is 12 pixels out.
    expect(await fill(raster, {}, { open })).toEqual({ holePixels: 40 * 40 + 3 * 34, texturePixels: 40 * 40 + 3 * 12 });
    for (let y = 36; y < 74; y++) {
      for (let x = 36; x < 74; x++) expect(raster.pixels.get(y, x, 1)).toBeCloseTo(x % 10 < 5 ? 0.2 : 0.7, 1);
    }
    expect(raster.pixels.get(55, 100, 1)).toBeGreaterThan(0.3);
    expect(raster.pixels.get(55, 100, 1)).toBeLessThan(0.6);
  });

  test('in tiles as in the whole', async () => {
    const [whole, tiled] = [stripes(), stripes()];
    await fill(whole, {}, { open });
    await fill(tiled, {}, { open, tile: 64 });
    for (const [i, value] of tiled.pixels.data.entries())
      expect(Math.abs(value - whole.pixels.data[i])).toBeLessThan(1e-4);
  });

  test('is left within 200 ms where nobody waits for it', async () => {
    const side = 500;
    const data = Uint8Array.from({ length: side * side }, (_, i) => (i * 7919) % 251);
    const raster = erased(
      { pixels: ndarray(data, [side, side, 1]), metadata: { format: 'png', bitDepth: 8 } },
      (y, x) => y > 100 && y < 400 && x > 100 && x < 400,
    );
    const stop = new AbortController();
    let stopped = 0;
    setTimeout(() => {
      stopped = performance.now();
      stop.abort(new Error('enough'));
    }, 300);
    await expect(fill(raster, {}, { open, signal: stop.signal })).rejects.toThrow('enough');
    expect(performance.now() - stopped).toBeLessThan(200);
  });
});

describe('masks', () => {
  /** Writes a mask of the size of the photo, white where `isHole` says so. */
  async function maskFile(height: number, width: number, isHole: (y: number, x: number) => boolean): Promise<string> {
    const data = Buffer.from(
      Array.from({ length: height * width }, (_, i) => (isHole(Math.floor(i / width), i % width) ? 255 : 0)),
    );
    const file = `${await temporaryFolder()}/mask.png`;
    await sharp(data, { raw: { width, height, channels: 1 } })
      .png()
      .toFile(file);
    return file;
  }
  const photo = () => picture('png', { height: 12, width: 15 });

  test.each([
    [0, 5],
    [1, 4 + 15 + 4],
    [20, undefined],
  ])('grown by %i', async (grow, holePixels) => {
    const filled = fill(photo(), { mask: await maskFile(12, 15, isSpot), grow });
    if (holePixels !== undefined) expect(await filled).toEqual({ holePixels, texturePixels: 0 });
    else await expect(filled).rejects.toMatchObject({ code: 'E_FORMAT', received: 'a hole that is the whole photo' });
  });

  test('and a colour are both filled', async () => {
    const raster = photo();
    for (const c of [0, 1, 2]) raster.pixels.set(8, 8, c, 7);
    expect(await fill(raster, { mask: await maskFile(12, 15, isSpot), holeColour: '#070707' })).toEqual({
      holePixels: 6,
      texturePixels: 0,
    });
  });

  test('without a hole leave the photo as it is, and the network unasked', async () => {
    const raster = photo();
    const open = async (): Promise<Session> => ({ ...session, run: () => Promise.reject(new Error('asked')) });
    expect(await fill(raster, { mask: await maskFile(12, 15, () => false) }, { open })).toEqual({
      holePixels: 0,
      texturePixels: 0,
    });
    expect(raster.pixels.data).toEqual(photo().pixels.data);
  });

  test('of another size are told of with both', async () => {
    const mask = await maskFile(15, 12, isSpot);
    await expect(fill(photo(), { mask }, { file: 'a/x.png' })).rejects.toMatchObject({
      code: 'E_SIZE',
      message: expect.stringMatching(/mask.png: a mask of 12 x 15 pixels; expected 15 x 12, the size of a.x.png/),
    });
  });

  test('are needed where nothing else says where holes are', async () => {
    await expect(fill(photo(), {}, { file: 'x.png' })).rejects.toMatchObject({
      code: 'E_OPTION',
      message: expect.stringMatching(/^x.png: no mask, .*a photo without alpha.*--mask/),
    });
  });
});

describe('marks that are found', () => {
  const open = (finder: Session) => async (model: string) => (model === 'mark-finder' ? finder : session);
  /** Grey, with two pixels of red and one of green. */
  const marked = (): Raster => {
    const raster = picture('png', { height: 12, width: 15 });
    raster.pixels.data.fill(90);
    for (const [y, x, c] of [
      [4, 5, 0],
      [4, 6, 0],
      [8, 8, 1],
    ])
      raster.pixels.set(y, x, c, 250);
    return raster;
  };
  const places = ({ data, shape: [, width] }: { data: ArrayLike<number>; shape: number[] }) =>
    Array.from(data).flatMap((value, i) => (value === 255 ? [[Math.floor(i / width), i % width]] : []));

  test.each([
    [
      'scratches',
      [
        [4, 5],
        [4, 6],
      ],
    ],
    ['text', [[8, 8]]],
    [
      ['text', 'scratches'],
      [
        [4, 5],
        [4, 6],
        [8, 8],
      ],
    ],
  ])('are filled, and told of as a mask: %j', async (find, holes) => {
    const raster = marked();
    const report = await fill(raster, { find }, { open: open(fakeMarkFinder().session) });
    expect(report).toEqual({ holePixels: holes.length, texturePixels: 0, mask: expect.anything() });
    expect(places(report.mask as HoleMask)).toEqual(holes);
    for (const [y, x] of holes) expect([0, 1, 2].map((c) => raster.pixels.get(y, x, c))).toEqual([90, 90, 90]);
  });

  test('are filled beside what a mask and a colour say, and grown with it', async () => {
    const raster = marked();
    raster.pixels.set(0, 14, 2, 7);
    const mask = holeMask([12, 15], (y, x) => y === 11 && x === 0);
    const asked = { find: 'text', mask: ndarray(mask.data, [12, 15, 1]), holeColour: '#5a5a07' };
    const report = await fill(raster, asked, { open: open(fakeMarkFinder().session) });
    expect(places(report.mask as HoleMask)).toEqual([
      [0, 14],
      [8, 8],
      [11, 0],
    ]);
    const grown = await fill(marked(), { find: 'text', grow: 1 }, { open: open(fakeMarkFinder().session) });
    expect(grown).toMatchObject({ holePixels: 9 });
  });

  test('where there are none, the photo stays as it is, which is said in words', async () => {
    const raster = marked();
    const report = await fill(raster, { find: ['dust'] }, { open: open(fakeMarkFinder().session) });
    expect(report).toMatchObject({ holePixels: 0, leftAlone: 'no dust found' });
    expect(raster.pixels.data).toEqual(marked().pixels.data);
    const plain = { find: ['dust', 'text'] };
    const grey = picture('png', { height: 12, width: 15, channels: 1 });
    grey.pixels.data.fill(90);
    const { leftAlone } = await fill(grey, plain, { open: open(fakeMarkFinder().session) });
    expect(leftAlone).toBe('no dust, no text found');
  });

  test('leave transparency alone', async () => {
    const raster = erased(marked(), isSpot);
    const alpha = raster.alpha!.data.slice();
    await fill(raster, { find: 'text' }, { open: open(fakeMarkFinder().session) });
    expect(raster.alpha!.data).toEqual(alpha);
  });
});

test.each([
  [{ holeColour: 'pink' }, "six hexadecimal digits, such as '#ff00ff'"],
  [{ holeColour: '#fff' }, "six hexadecimal digits, such as '#ff00ff'"],
  [{ tolerance: -1 }, 'at least 0'],
  [{ grow: 1.5 }, 'a whole number'],
  [{ grow: 101 }, 'at most 100'],
  [{ find: 'dirt' }, 'scratches or text or dust, or several of them'],
  [{ find: [] }, 'at least 1'],
])('refuses %o', (given, expected) => {
  expect(() => parseOptions(inpaint.options, given)).toThrow(`expected ${expected}`);
});

test('a hole is 0 in the units of the network, as in training, however the network has its pictures', async () => {
  const samples = [0.1, 0.5, 0.7, 0, 0.9, 0.9, 0.9, 1];
  const card = { ...tinyInpainterCard(RADIUS), normalisation: { mean: [0.5], scale: [0.2] } };
  const window = ndarray(new Float32Array(samples), [1, 2, 4]);
  const holes = ndarray(Uint8Array.of(0, 255), [1, 2]);
  const facts = { holes, holePixels: 1, texturePixels: 0, thin: holes, becomesOpaque: false };
  const { window: through } = inpaint.plan(facts, card as never, 'balanced') as TiledPlan;
  await through(window, async ({ image, mask }) => {
    expect([...mask.data]).toEqual([0, 1]);
    expect([...image.data].map((value) => Math.round(100 * value) / 100)).toEqual([-2, 0, 0, 0, 1, 0]);
    return { clean: image };
  });
});
