import ndarray from 'ndarray';
import { from, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { Raster } from '../../src/images/raster.js';
import { denoise } from '../../src/tasks/denoise/task.js';
import type { OverTime } from '../../src/tasks/overTime.js';
import type { TiledPlan } from '../../src/tasks/plan.js';
import type { Quality, Task } from '../../src/tasks/task.js';
import { frames } from '../../src/video/frames.js';
import { heldFacts } from '../../src/video/heldFacts.js';
import { predictFrames } from '../../src/video/predictFrames.js';
import { blur, blurWindow, boxSession } from '../helpers/boxSession.js';
import { countingSource, format } from './format.js';

const rgb = format({ layout: { samples: 'rgb', bits: 8 }, width: 6, height: 5 });

/** A task whose facts are numbers from a list, one a frame; 0 is nothing to do, and the largest so far is held. */
function listed(facts: readonly number[]) {
  const seen = { measured: 0, used: [] as number[] };
  const task: Task<Record<string, never>, number, Raster> = {
    ...(blur as unknown as Task<Record<string, never>, number, Raster>),
    measure: () => facts[seen.measured++],
    hold: (all) => Math.max(...all),
    plan: (fact) =>
      fact === 0
        ? undefined
        : {
            kind: 'tiled',
            window(window, run) {
              seen.used.push(fact);
              return blurWindow(window, run);
            },
          },
  };
  return { seen, task };
}

const { session } = boxSession({ slow: true });
const open = async () => session;
const run = <O, F>(task: Task<O, F, Raster>, count: number, rest = {}) =>
  lastValueFrom(frames(countingSource(count, rgb).source).pipe(predictFrames(task, {}, { open, ...rest }), toArray()));

describe('the facts of a video', () => {
  test('are those of its first frames, and are then held', async () => {
    const { seen, task } = listed([3, 1, 4, ...Array(13).fill(2), 9, 9, 9]);
    await run(task, 25);
    expect(seen.measured).toBe(16);
    expect(seen.used).toEqual([3, 3, ...Array(23).fill(4)]);
  });

  test('do not come from frames with nothing to do', async () => {
    const { seen, task } = listed([0, 0, 5, 0, 6, ...Array(20).fill(1)]);
    const done = await run(task, 8);
    expect(done).toHaveLength(8);
    expect(seen.used).toEqual([5, 5, 6, 6, 6, 6]);
  });

  test('are each of its own frame where the task does not hold any', async () => {
    const { seen, task } = listed([1, 2, 3, 4]);
    await run({ ...task, hold: undefined }, 4);
    expect(seen.used).toEqual([1, 2, 3, 4]);
  });

  test('are measured in the order of the frames', async () => {
    const order: number[] = [];
    const task: Task<number, number, Raster> = {
      ...(listed([]).task as unknown as Task<number, number, Raster>),
      async measure({ pixels }) {
        const wait = 3 - pixels.data[0];
        for (let i = 0; i < wait; i++) await new Promise((resolve) => setImmediate(resolve));
        order.push(pixels.data[0]);
        return 1;
      },
    };
    const held = heldFacts(task, 0);
    const all = await lastValueFrom(frames(countingSource(3, rgb).source).pipe(toArray()));
    await Promise.all(all.map(({ raster }) => held.facts(raster, session.model.card, {})));
    expect(order).toEqual([0, 1, 2]);
  });

  test('of denoise: the median noise, in luma and in chroma, and no map', () => {
    const levels = ndarray(new Float32Array(2), [1, 1, 2]);
    const facts = [3, 9, 5, 4, 100].map((noise, i) => ({
      sigma: noise,
      noise,
      estimated: true,
      isWhite: i === 1,
      ...{ strength: 1, chroma: 1, grain: 0 },
      found: { luma: noise, chroma: 10 - noise, shadows: 2 * noise, lights: 1, levels },
    }));
    const held = denoise.hold!(facts);
    expect(held).toMatchObject({ noise: 5, isWhite: false, found: { luma: 5, chroma: 5, shadows: 10, lights: 1 } });
    expect(held.found).not.toHaveProperty('levels');
  });
});

test('going on from a frame gives what the whole run gives from there', async () => {
  const facts = [3, 1, 4, ...Array(30).fill(2)];
  const whole = await run(listed(facts).task, 30);
  const { seen, task } = listed(facts);
  const rest = await run(task, 30, { from: 20 });
  expect(rest.map(({ index }) => index)).toEqual([20, 21, 22, 23, 24, 25, 26, 27, 28, 29]);
  expect(rest[0].raster.pixels.data).toEqual(whole[20].raster.pixels.data);
  expect(seen.used).toEqual(Array(10).fill(4));
});

describe('frames that are worked on together', () => {
  /** A task that is told of each frame what was seen of it and of those after it: the value of its first sample. */
  function together(facts: readonly number[]) {
    const told: string[] = [];
    const { task } = listed(facts);
    const overTime: OverTime<number, number> = {
      reach: (count) => ({ before: count, after: 2 }),
      see: async ({ pixels }) => pixels.data[0],
      begin: () => {
        told.push('begin');
        return {
          plan(seen, after, fact) {
            told.push([seen, ...after].join(' '));
            return task.plan(fact, session.model.card, 'balanced') as TiledPlan;
          },
        };
      },
    };
    return { told, task: { ...task, overTime: async () => overTime } };
  }

  test('have those after them, in their order, fewer at the end', async () => {
    const { told, task } = together(Array(9).fill(1));
    const done = await run(task, 5, { frames: 3 });
    expect(told).toEqual(['begin', '0 1 2', '1 2 3', '2 3 4', '3 4', '4']);
    expect(done.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
  });

  test('are each by itself where one is asked for', async () => {
    const { told, task } = together(Array(9).fill(1));
    expect(await run(task, 3, { frames: 1 })).toHaveLength(3);
    expect(told).toEqual([]);
  });

  test('begin anew after a frame with nothing to do', async () => {
    const { told, task } = together([0, 0, 1, 1]);
    expect(await run(task, 4, { frames: 3 })).toHaveLength(4);
    expect(told).toEqual(['begin', '2 3', '3']);
  });

  test('that go on from one look back so far, and hand on no more', async () => {
    const { told, task } = together(Array(40).fill(1));
    const done = await run(task, 30, { frames: 3, from: 25 });
    expect(done.map(({ index }) => index)).toEqual([25, 26, 27, 28, 29]);
    expect(told.slice(0, 2)).toEqual(['begin', '22 23 24']);
  });

  test('that go on hand on no frame before with nothing to do', async () => {
    const { task } = together([1, ...Array(40).fill(0)]);
    const alone = { ...task, hold: undefined };
    const done = await run(alone, 9, { frames: 3, from: 6 });
    expect(done.map(({ index }) => index)).toEqual([6, 7, 8]);
  });
});

test('what goes wrong with one frame ends the stream', async () => {
  const { task } = listed([1, 1, 1]);
  const small = boxSession({ memory: 1 });
  await expect(run(task, 3, { open: async () => small.session })).rejects.toMatchObject({ code: 'E_MEMORY' });
});

test('frames without chroma go through, too', async () => {
  const video = format({ layout: { samples: 'grey', bits: 10 }, width: 6, height: 5 });
  const channels: number[] = [];
  const task = {
    ...listed(Array(9).fill(1)).task,
    model(_: unknown, { pixels }: { pixels: { shape: number[] } }, _quality: Quality, facts?: unknown) {
      if (facts === undefined) channels.push(pixels.shape[2]);
      return 'any';
    },
  };
  await lastValueFrom(from(frames(countingSource(2, video).source)).pipe(predictFrames(task, {}, { open })));
  expect(channels).toEqual([1, 1]);
});
