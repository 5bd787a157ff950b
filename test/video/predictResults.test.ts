import { lastValueFrom, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import { depth } from '../../src/tasks/depth/task.js';
import { frames } from '../../src/video/frames.js';
import { type PredictFramesOptions, predictFrames } from '../../src/video/predictFrames.js';
import { countingSource, format } from './format.js';
import { sceneSession } from './sceneSession.js';

const video = format({ layout: { samples: 'rgb', bits: 8 }, width: 8, height: 6 });

async function mapped(count: number, options: Partial<PredictFramesOptions> = {}) {
  const { session, seen } = sceneSession();
  const source = countingSource(count, video);
  const chain = frames(source.source).pipe(predictFrames(depth, {}, { open: async () => session, ...options }));
  return { all: await lastValueFrom(chain.pipe(toArray())), runs: seen.runs };
}

test('each frame has the map of its own picture, in their order', async () => {
  const { all, runs } = await mapped(3);
  expect(runs).toBe(3);
  expect(all.map(({ index }) => index)).toEqual([0, 1, 2]);
  const first = all.map(({ result }) => result.value.data[0]);
  // Frame n is of n / 255 everywhere, which the network says is the logarithm.
  expect(first[1] / first[0]).toBeCloseTo(Math.exp(1 / 255), 4);
  expect(first[2] / first[0]).toBeCloseTo(Math.exp(2 / 255), 4);
  expect(all[0].result.value.shape).toEqual([6, 8, 1]);
  expect(all[0].raster.pixels.shape).toEqual([6, 8, 3]);
});

test('frames that are done already are not looked at', async () => {
  const { all, runs } = await mapped(5, { from: 3 });
  expect(all.map(({ index }) => index)).toEqual([3, 4]);
  expect(runs).toBe(2);
});

test('an option that is wrong is told at once', () => {
  expect(() => predictFrames(depth, { focal: 'long' })).toThrow(expect.objectContaining({ code: 'E_OPTION' }));
});
