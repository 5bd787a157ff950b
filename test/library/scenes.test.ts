import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import ndarray from 'ndarray';
import sharp from 'sharp';
import { expect, onTestFinished, test, vi } from 'vitest';
import { depth, labels, normals } from '../../src/calls.js';
import { readRaster } from '../../src/images/readRaster.js';
import { callOf } from '../../src/library/call.js';
import { type Pipeline, pipeline } from '../../src/library/pipeline.js';
import { ThreadExecutor } from '../../src/pipelines/run/threadExecutor.js';
import { Turnstile } from '../../src/pipelines/run/turnstile.js';
import { tasks as shipped } from '../../src/tasks/registry.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { writeTinyScene } from './tinyScene.js';

const [height, width] = [48, 64];
/** Red to the left, grey to the right. */
const samples = Uint8Array.from({ length: height * width * 3 }, (_, i) => {
  const isLeft = Math.floor(i / 3) % width < width / 2;
  return isLeft ? [255, 0, 0][i % 3] : 51;
});
const photo = ndarray(samples, [height, width, 3]);
const png = () =>
  sharp(samples, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();

type MapName = 'depth' | 'normals' | 'labels';

async function tiny<Name extends MapName>(name: Name, options?: { isKnowing: boolean }): Promise<Pipeline<Name>> {
  const call = pipeline(name, { model: await writeTinyScene(await temporaryFolder(), options) });
  onTestFinished(() => call.dispose());
  return call;
}

test.each(
  Object.entries({ depth, labels, normals }),
)('%s is a call, and the task that operators take', (name, call) => {
  expect(call).toEqual(expect.any(Function));
  for (const [part, value] of Object.entries(shipped[name as MapName])) expect(call).toHaveProperty(part, value);
});

test('depth is metres, farther with a longer lens, and says which was reckoned with', async () => {
  const call = await tiny('depth');
  const [onReport, onProgress] = [vi.fn(), vi.fn()];
  const near = await call(photo, { focal: '60px', onReport, onProgress });
  expect(onProgress).toHaveBeenLastCalledWith(1);
  const far = await call(photo, { focal: '120px' });
  expect(near).toMatchObject({ shape: [height, width, 1], dtype: 'float32' });
  expect(onReport).toHaveBeenCalledExactlyOnceWith({ focal: 60, focalFrom: 'option' });
  // The logarithm is the mean of the colours: 1 / 3 to the left, 0.2 to the right.
  expect(near.get(20, 5, 0) / near.get(20, 60, 0)).toBeCloseTo(Math.exp(1 / 3 - 0.2), 2);
  expect(far.get(20, 5, 0) / near.get(20, 5, 0)).toBeCloseTo(2, 4);
});

test.each([
  ['like', 255, 1, []],
  ['not like', 51, 0.2, [expect.stringMatching(/^not like the rooms/)]],
])('a photo that is %s what the network learnt from', async (_, blue, familiarity, notices) => {
  const call = await tiny('labels', { isKnowing: true });
  const onReport = vi.fn();
  const blueish = ndarray(
    samples.map((_, i) => (i % 3 === 2 ? blue : 0)),
    [height, width, 3],
  );
  await call(blueish, { onReport });
  await call(blueish, { onReport, output: path.join(await temporaryFolder(), 'x.png') });
  const expected = { classes: 40, familiarity, ...(notices.length > 0 && { notices }) };
  expect(onReport.mock.calls).toEqual([[expected], [expected]]);
});

test('normals are unit vectors, labels class indices', async () => {
  const [facing, classes] = [await (await tiny('normals'))(photo), await (await tiny('labels'))(photo)];
  expect(facing.shape).toEqual([height, width, 3]);
  expect(Math.hypot(...[0, 1, 2].map((c) => facing.get(30, 50, c)))).toBeCloseTo(1, 5);
  expect(classes).toMatchObject({ shape: [height, width, 1], dtype: 'uint8' });
  expect([classes.get(20, 5, 0), classes.get(20, 60, 0)]).toEqual([6, 1]);
});

test('a photo may be held in any way', async () => {
  const call = await tiny('depth');
  const expected = await call(photo);
  const file = path.join(await temporaryFolder(), 'a.png');
  await sharp(await png()).toFile(file);
  const imageData = {
    data: new Uint8ClampedArray(
      await sharp(await png())
        .ensureAlpha()
        .raw()
        .toBuffer(),
    ),
    ...{ width, height },
  };
  for (const held of [file, pathToFileURL(file), await png(), sharp(await png()), imageData]) {
    expect((await call(held)).data).toEqual(expected.data);
  }
});

test.each<[MapName, string, (map: number) => number]>([
  ['depth', 'x.png', (map: number) => Math.round(1000 * map)],
  ['depth', 'x.npy', (map: number) => map],
  ['normals', 'x.pfm', (map: number) => map],
  ['labels', 'x.npy', (map: number) => map],
])('%s into %s', async (name, file, stored) => {
  const call = await tiny(name);
  const output = path.join(await temporaryFolder(), 'sub', file);
  expect(await call(photo, { output })).toBe(output);
  const [{ pixels }, map] = [await readRaster(output), await call(photo)];
  expect(pixels.shape).toEqual(map.shape);
  expect(Math.abs(pixels.get(9, 9, 0) - stored(map.get(9, 9, 0)))).toBeLessThanOrEqual(file === 'x.png' ? 1 : 0);
});

test.each([
  'depth',
  'normals',
  'labels',
] as const)('a picture of %s, with what its colours mean below it', async (name) => {
  const call = await tiny(name);
  const folder = await temporaryFolder();
  const [output, picture] = [path.join(folder, 'map.npy'), path.join(folder, 'sub', 'shown.PNG')];
  const map = await call(photo, { picture });
  expect(map.shape.slice(0, 2)).toEqual([height, width]);
  const alone = await sharp(picture).metadata();
  expect(alone).toMatchObject({ format: 'png', depth: 'uchar', channels: 3 });
  expect(alone.width).toBeGreaterThanOrEqual(width);
  expect(alone.height).toBeGreaterThan(height);
  const shown = await sharp(picture).raw().toBuffer();
  await call(photo, { output, picture });
  expect((await readRaster(output)).pixels.data).toEqual(map.data);
  expect(await sharp(picture).raw().toBuffer()).toEqual(shown);
});

test('a picture does not take the place of the photo', async () => {
  const file = path.join(await temporaryFolder(), 'a.png');
  await sharp(await png()).toFile(file);
  const call = await tiny('depth');
  await expect(call(file, { picture: file })).rejects.toMatchObject({ code: 'E_WRITE', subject: file });
});

test.each([
  ['an ending that no map has', 'depth', { output: 'x.jpg' }, 'output'],
  ['a tile, where the network sees the whole photo', 'depth', { tile: 64 }, 'tile'],
  ['a picture that is no PNG', 'depth', { picture: 'x.jpg' }, 'picture'],
  ['labels as floats', 'labels', { output: 'x.pfm' }, 'output'],
  ['an option that nobody knows', 'normals', { strength: 2 }, 'strength'],
  ["one of the task's", 'depth', { focal: 'long' }, 'focal'],
] as const)('%s is refused', async (_, name, options, subject) => {
  const call = await tiny(name);
  await expect(call(photo, options as never)).rejects.toMatchObject({ code: 'E_OPTION', subject });
});

test('a thread of its own gives the same; an aborted call rejects with the reason', async () => {
  const model = await writeTinyScene(await temporaryFolder());
  const execArgv = ['--import', new URL('../helpers/typescriptWorker.mjs', import.meta.url).href];
  const thread = new ThreadExecutor({ model }, { execArgv });
  onTestFinished(() => thread.dispose());
  const there = callOf(shipped.depth, () => ({ executor: thread, turnstile: new Turnstile(2) }));
  const here = await tiny('depth');
  expect(await there(photo)).toEqual(await here(photo));
  const reason = new Error('enough');
  for (const call of [here, there]) {
    await expect(call(photo, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  }
});

test.each([
  ['its usual format', undefined, 'png'],
  ['another', { format: 'npy' }, 'npy'],
])('a stream takes the bytes of a photo and gives those of the map, in %s', async (_, encoding, format) => {
  const call = await tiny('depth');
  const written = await buffer(Readable.from([await png()]).pipe(call.stream({ encoding })));
  const [{ pixels, metadata }, map] = [await readRaster(written), await call(photo)];
  expect(metadata.format).toBe(format);
  expect(pixels.get(9, 9, 0)).toBeCloseTo(
    format === 'npy' ? map.get(9, 9, 0) : Math.round(1000 * map.get(9, 9, 0)),
    -1,
  );
});

test.each<[string, object]>([
  ['predicted depth', { depth: 'predicted' }],
  ['another kind of scene', { scene: 'street' }],
])('labels of a pipeline take the models of %s', async (_, options) => {
  await using own = pipeline('labels');
  expect(await own(photo, options)).toEqual(await labels(photo, options));
});
