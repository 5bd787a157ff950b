import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createModels, models } from '../../src/engines/models.js';
import { maps } from '../../src/library/maps.js';
import { pipeline } from '../../src/library/pipeline.js';
import type { Tasks } from '../../src/tasks/registry.js';
import type { ReportOf } from '../../src/tasks/task.js';
import { noisyPhoto } from '../helpers/noisyPhoto.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { writeTinyScene } from './tinyScene.js';

const photo = () => noisyPhoto({ width: 64, height: 48 }).png().toBuffer();

/** The shared models are the tiny one, whose runs are counted. */
async function tinyShared() {
  const model = await writeTinyScene(await temporaryFolder());
  const own = createModels({ model });
  const session = await own.open('scene');
  const run = vi.spyOn(session, 'run');
  vi.spyOn(models, 'open').mockImplementation(own.open);
  onTestFinished(async () => {
    vi.restoreAllMocks();
    await own.dispose();
  });
  return { model, run };
}

describe('several maps of one photo', () => {
  test('come from one run, and are what each call gives', async () => {
    const { model, run } = await tinyShared();
    const found = await maps(await photo(), { depth: {}, normals: {}, labels: { classes: 13 } });
    expect(run).toHaveBeenCalledOnce();
    expect(Object.keys(found)).toEqual(['depth', 'normals', 'labels']);
    await using depth = pipeline('depth', { model });
    await using labels = pipeline('labels', { model });
    expect(found.depth.data).toEqual((await depth(await photo())).data);
    expect(found.labels.data).toEqual((await labels(await photo(), { classes: 13 })).data);
    expect(found.normals.shape).toEqual([48, 64, 3]);
  });

  test('take the options of calls', async () => {
    await tinyShared();
    const onProgress = vi.fn();
    const region = { x: 3, y: 4, width: 10, height: 5 };
    const found = await maps(await photo(), { depth: {}, normals: {} }, { region, onProgress });
    expect([found.depth.shape, found.normals.shape]).toEqual([[5, 10, 1], [5, 10, 3]]); // biome-ignore format: pairs
    expect(onProgress).toHaveBeenLastCalledWith(1);
    const wrong = { depth: { focal: 'long' } };
    await expect(maps(await photo(), wrong)).rejects.toMatchObject({ code: 'E_OPTION', subject: 'focal' });
    await expect(maps(await photo(), { depth: {} }, { signal: AbortSignal.abort() })).rejects.toThrow();
  });
});

test('a map in colours, in memory', async () => {
  await using depth = pipeline('depth', { model: await writeTinyScene(await temporaryFolder()) });
  const [metres, colours] = [
    await depth(await photo()),
    await depth(await photo(), { coloured: true, pictured: { colours: 'grey', near: 0.5, far: 5 } }),
  ];
  expect(colours.shape).toEqual([48, 64, 3]);
  expect(colours.data).toBeInstanceOf(Uint8Array);
  for (const [y, x] of [[0, 0], [20, 40], [47, 63]] as const) {
    const share = 1 - Math.log(metres.get(y, x, 0) / 0.5) / Math.log(10);
    expect(Math.abs(colours.get(y, x, 0) - 255 * share)).toBeLessThan(2);
  } // biome-ignore format: a place a line
  const wrong = { coloured: true, pictured: { colours: 'pink' } } as const;
  await expect(depth(await photo(), wrong)).rejects.toMatchObject({ code: 'E_OPTION', subject: 'pictured.colours' });
});

test.each([
  false,
  true,
])('the report has the confidence of each pixel, with worker: %s, and of a region that of its pixels', async (worker) => {
  await using normals = pipeline('normals', { model: await writeTinyScene(await temporaryFolder()) });
  const told: ReportOf<Tasks['normals']>[] = [];
  const ask = { confidence: true, worker, onReport: (report: (typeof told)[number]) => told.push(report) };
  await normals(await photo(), ask);
  await normals(await photo(), { ...ask, region: { x: 3, y: 4, width: 10, height: 5 } });
  await normals(await photo(), { ...ask, confidence: false });
  const [whole, part, none] = told.map(({ confidence }) => confidence);
  expect([whole!.shape, part!.shape, none]).toEqual([[48, 64, 1], [5, 10, 1], undefined]); // biome-ignore format: one line
  expect(part!.get(2, 5, 0)).toBeCloseTo(whole!.get(6, 8, 0), 4);
  expect(whole!.data.every((share) => share >= 0 && share <= 1)).toBe(true);
  expect(told[0].meanConfidence).toBeCloseTo(whole!.data.reduce((sum, share) => sum + share, 0) / whole!.size, 1);
});
