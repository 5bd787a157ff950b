import { getEventListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test, vi } from 'vitest';
import { deblur, denoise, derain, inpaint } from '../../src/calls.js';
import { type Models, models } from '../../src/engines/models.js';
import { pipeline } from '../../src/library/pipeline.js';
import { dispose } from '../../src/library/shared.js';
import { tasks as shipped, type TaskName } from '../../src/tasks/registry.js';
import { blur } from '../helpers/boxSession.js';
import { noisyPhoto } from '../helpers/noisyPhoto.js';
import { tinyPipeline } from './tinyPipeline.js';

const png = () => noisyPhoto().png().toBuffer();

const calls = { deblur, denoise, derain, inpaint };

test.each(Object.entries(calls))('%s is a call, and the task that operators take', (name, call) => {
  expect(call).toEqual(expect.any(Function));
  for (const [part, value] of Object.entries(shipped[name as TaskName])) expect(call).toHaveProperty(part, value);
});

describe('options', () => {
  test.each([
    ['one that nobody knows', { sigm: 3 }, 'sigm', 'one of chroma, encoding'],
    ["one of the task's", { sigma: -1 }, 'sigma', 'at least 0'],
    ['quality', { quality: 'high' }, 'quality', 'fast or balanced or best'],
    ['tile', { tile: 1.5 }, 'tile', 'a whole number'],
    ['signal', { signal: 'stop' }, 'signal', 'an AbortSignal'],
    ['onProgress', { onProgress: 1 }, 'onProgress', 'a function'],
    ['encoding', { encoding: { format: 'gif' } }, 'encoding.format', 'jpeg or jxl or npy'],
    ['worker', { worker: 'yes' }, 'worker', 'a boolean'],
  ])('%s', async (_, options, subject, expected) => {
    const clean = await tinyPipeline();
    const refused = { code: 'E_OPTION', subject, expected: expect.stringContaining(expected) };
    await expect(clean(await png(), options as never)).rejects.toMatchObject(refused);
    expect(() => clean.stream(options as never)).toThrow(expect.objectContaining(refused));
  });

  test.each(['output', 'encoding'])('%s is for files', async (name) => {
    const clean = await tinyPipeline();
    const options = { output: { output: 'x.png' }, encoding: { encoding: { format: 'png' } } }[name];
    const photo = noisyPhoto();
    await expect(clean(photo, options as never)).rejects.toMatchObject({ code: 'E_OPTION', subject: name });
  });

  test('progress and report are told of', async () => {
    const clean = await tinyPipeline();
    const onProgress = vi.fn();
    const onReport = vi.fn();
    await clean(await png(), { sigma: 9, tile: 16, onProgress, onReport });
    // Of a slow machine there is more to tell in between.
    expect(onProgress.mock.calls).toEqual(expect.arrayContaining([[0.5], [1]]));
    expect(onReport).toHaveBeenCalledExactlyOnceWith({ sigma: 9, noise: 9, noiseEstimated: false });
  });
});

describe('sessions', () => {
  test('one is shared by all calls, until they are disposed of', async () => {
    const opened = vi.fn<Models['open']>(async () => {
      throw new Error('no such model in this test');
    });
    vi.spyOn(models, 'open').mockImplementation(opened);
    const disposed = vi.spyOn(models, 'dispose').mockResolvedValue();
    await expect(denoise(await png())).rejects.toThrow('no such model');
    await expect(derain(await png())).rejects.toThrow('no such model');
    expect(opened.mock.calls.map(([model]) => model)).toEqual(['denoise-camera', 'derain-streaks']);
    await dispose();
    expect(disposed).toHaveBeenCalledOnce();
    vi.restoreAllMocks();
  });

  test('a pipeline has its own, and opens them anew after it was disposed of', async () => {
    const clean = await tinyPipeline();
    const first = await clean(await png());
    await clean.dispose();
    expect(await clean(await png())).toEqual(first);
  });

  test('await using disposes; a call in work is aborted', async () => {
    const photo = await png();
    let call: Promise<Buffer>;
    {
      await using clean = await tinyPipeline();
      call = clean(photo);
      call.catch(() => {});
    }
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('a task of one’s own', async () => {
    await using own = pipeline(blur, { model: 'no-such-model' });
    await expect(own(await png())).rejects.toMatchObject({ code: 'E_MODEL' });
    await using far = pipeline(blur, { worker: true });
    await expect(far(await png())).rejects.toMatchObject({ code: 'E_OPTION', subject: 'worker' });
  });
});

describe('an aborted call', () => {
  test.each(['before it began', 'while it waits', 'in the middle'])('rejects with the reason: %s', async (when) => {
    const clean = await tinyPipeline();
    const photo = await png();
    const aborter = new AbortController();
    const { signal } = aborter;
    const reason = new Error('enough');
    const before = when === 'while it waits' ? [clean(photo), clean(photo)] : [];
    if (when === 'before it began') aborter.abort(reason);
    const onProgress = () => aborter.abort(reason);
    const call = clean(photo, { signal, sigma: 9, tile: 16, ...(when === 'in the middle' && { onProgress }) });
    if (when === 'while it waits') aborter.abort(reason);
    await expect(call).rejects.toBe(reason);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    await Promise.all(before);
  });

  test('a thousand at all stages leave nothing behind, and the next call works', async () => {
    const clean = await tinyPipeline();
    const photo = await noisyPhoto({ width: 256, height: 256 }).png().toBuffer();
    const expected = await clean(photo, { sigma: 9, tile: 64 });
    const lasting = new AbortController();
    const abortSome = async (count: number) => {
      for (let i = 0; i < count; i += 10) {
        const aborters = Array.from({ length: 10 }, () => new AbortController());
        const calls = aborters.map(({ signal }) => clean(photo, { signal, sigma: 9, tile: 64 }));
        const settled = Promise.allSettled([...calls, clean(photo, { signal: lasting.signal, sigma: 0 })]);
        await new Promise((resolve) => setTimeout(resolve, i % 20));
        for (const aborter of aborters) aborter.abort();
        await settled;
      }
    };
    await abortSome(200);
    const before = await settledMemory();
    await abortSome(1000);
    const after = await settledMemory();
    expect(getEventListeners(lasting.signal, 'abort')).toEqual([]);
    // Each call that leaked would hold the photo's 200 kB, as bytes and as pixels.
    expect(after - before).toBeLessThan(20e6);
    expect(await clean(photo, { sigma: 9, tile: 64 })).toEqual(expected);
  });
});

/** Memory of objects and buffers that are still held, in bytes. */
async function settledMemory(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    gc();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** The collector, which Node hands out only where it is asked. */
setFlagsFromString('--expose-gc');
const gc: () => void = runInNewContext('gc');
