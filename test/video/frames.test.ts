import { setTimeout as sleep } from 'node:timers/promises';
import { lastValueFrom, map, of, tap, toArray } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, test } from 'vitest';
import { mapPulled } from '../../src/pipelines/mapPulled.js';
import { dropLate } from '../../src/video/dropLate.js';
import { encodeFrames } from '../../src/video/encodeFrames.js';
import type { FrameSink } from '../../src/video/frame.js';
import { frames } from '../../src/video/frames.js';
import { countingSource, format } from './format.js';

/** A sink that takes so long for each frame, and remembers what became of it. */
function slowSink(work: () => Promise<unknown>) {
  const seen = { written: [] as number[], closed: false, discarded: false };
  const sink: FrameSink = {
    async write({ index }) {
      await work();
      seen.written.push(index);
    },
    async close() {
      seen.closed = true;
    },
    discard() {
      seen.discarded = true;
    },
  };
  return { seen, sink };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const turns = async (count: number) => {
  for (let i = 0; i < count; i++) await turn();
};

describe('a consumer that is slower than the source holds it back', () => {
  test.each([1, 10])('by %i turns of the event loop a frame: ten thousand frames, six in memory', async (slowness) => {
    const { seen: read, source } = countingSource(10_000);
    const { seen, sink } = slowSink(() => turns(slowness));
    let most = 0;
    const work = mapPulled(async <T>(frame: T) => frame, { concurrency: 2 });
    await lastValueFrom(
      frames(source).pipe(
        work,
        encodeFrames(sink),
        tap(() => {
          most = Math.max(most, read.read - seen.written.length);
        }),
      ),
    );
    expect(seen.written).toHaveLength(10_000);
    expect(seen.written.every((index, i) => index === i)).toBe(true);
    expect(most).toBeLessThanOrEqual(6);
    expect({ ...seen, written: 0 }).toEqual({ written: 0, closed: true, discarded: false });
  });
});

describe('live', () => {
  test('a stage that takes ten ticks: each result is at most its own work and one wait old', () => {
    const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
    scheduler.run(({ cold, flush }) => {
      const dropped: number[] = [];
      const ages: number[] = [];
      const source = cold(`${'x'.repeat(100)}|`).pipe(map((_, at) => at));
      source
        .pipe(
          dropLate({ onDrop: (at) => dropped.push(at) }),
          mapPulled((at: number) => cold('----------(x|)', { x: at }), { concurrency: 1 }),
        )
        .subscribe((at) => ages.push(scheduler.now() - at));
      flush();
      expect(ages.length + dropped.length).toBe(100);
      expect(Math.max(...ages)).toBeLessThanOrEqual(20);
      expect(dropped.length).toBe(89);
    });
  });

  test('reads at the pace of the source, and tells of each frame that it drops', async () => {
    const { seen: read, source } = countingSource(500);
    const { seen, sink } = slowSink(() => sleep(2));
    const dropped: number[] = [];
    const chain = frames(source, { live: true, onDrop: ({ index }) => dropped.push(index) }).pipe(encodeFrames(sink));
    await lastValueFrom(chain);
    expect(read.read).toBe(500);
    expect(dropped.length).toBeGreaterThan(400);
    expect([...dropped, ...seen.written].sort((a, b) => a - b)).toEqual(Array.from({ length: 500 }, (_, i) => i));
    expect(seen.written.at(-1)).toBe(499);
  });
});

describe('the end', () => {
  test('unsubscribing closes the source and discards what is written', async () => {
    const { seen: read, source } = countingSource(10_000);
    const { seen, sink } = slowSink(turn);
    const running = frames(source).pipe(encodeFrames(sink)).subscribe();
    await sleep(20);
    running.unsubscribe();
    await turn();
    const { length } = seen.written;
    await sleep(20);
    expect(read.closed).toBe(true);
    expect(seen).toMatchObject({ closed: false, discarded: true });
    expect(seen.written.length).toBeLessThanOrEqual(length + 1);
    expect(read.read).toBeLessThan(10_000);
  });

  test('a sink that fails ends the stream, and is discarded', async () => {
    const { seen: read, source } = countingSource(100);
    const { seen, sink } = slowSink(() => Promise.reject(new Error('disk full')));
    await expect(lastValueFrom(frames(source).pipe(encodeFrames(sink)))).rejects.toThrow('disk full');
    expect(seen).toMatchObject({ closed: false, discarded: true });
    expect(read.read).toBeLessThan(5);
  });

  test('a sink that fails to close is discarded too', async () => {
    const { seen, sink } = slowSink(turn);
    sink.close = () => Promise.reject(new Error('cannot join'));
    const chain = frames(countingSource(3).source).pipe(encodeFrames(sink));
    await expect(lastValueFrom(chain)).rejects.toThrow('cannot join');
    expect(seen.discarded).toBe(true);
  });

  test('no frames: the sink is closed', async () => {
    const { seen, sink } = slowSink(turn);
    expect(await lastValueFrom(of().pipe(encodeFrames(sink), toArray()))).toEqual([]);
    expect(seen.closed).toBe(true);
  });
});

test('a file that is not there', async () => {
  await expect(lastValueFrom(frames('/nowhere/x.y4m'))).rejects.toMatchObject({ code: 'E_READ' });
});

test('frames carry their pixels, format and times', async () => {
  const video = format({ layout: { samples: 'rgb', bits: 8 }, width: 1, height: 1 });
  const all = await lastValueFrom(frames(countingSource(3, video).source).pipe(toArray()));
  expect(all.map(({ index, pts, raster }) => [index, pts, raster.pixels.data[0]])).toEqual([
    [0, 0, 0],
    [1, 1, 1],
    [2, 2, 2],
  ]);
  expect(all[0].format).toBe(video);
});
