import { setTimeout as sleep } from 'node:timers/promises';
import { concat, filter, lastValueFrom, map, of, Subject, take, throwError, toArray } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, test } from 'vitest';
import { mapPulled } from '../../src/pipelines/mapPulled.js';
import { pull } from '../../src/pipelines/pull.js';

/** Counts up for ever or to `end`, and remembers how many were read and whether it was closed. */
function counter(end = Number.POSITIVE_INFINITY) {
  const seen = { pulled: 0, closed: false };
  async function* count() {
    try {
      while (seen.pulled < end) yield seen.pulled++;
    } finally {
      seen.closed = true;
    }
  }
  return { seen, items: count() };
}

describe('marbles', () => {
  const inner = { a: '---A|', b: '-B|', c: '---C|', d: '-(DD)|', e: '|', x: '-#' } as Record<string, string>;

  test.each([
    ['results wait for those before them', 2, 'abc|', '----(AB)(C|)'],
    ['one at a time', 1, 'abc|', '----A-B---(C|)'],
    ['any number of results an item', 3, 'bde|', '--B---(DD|)'],
    ['an item without results', 1, 'e|', '-|'],
    ['an error of the work', 2, 'axb|', '--#'],
    ['an error of the source', 2, 'a#', '-#'],
  ])('%s', (_, concurrency, source, expected) => {
    const scheduler = new TestScheduler((actual, wanted) => expect(actual).toEqual(wanted));
    scheduler.run(({ cold, expectObservable }) => {
      const results = cold(source).pipe(mapPulled((name) => cold(inner[name]), { concurrency }));
      expectObservable(results).toBe(expected);
    });
  });

  test('unsubscribing unsubscribes the source and what is in work', () => {
    const scheduler = new TestScheduler((actual, wanted) => expect(actual).toEqual(wanted));
    scheduler.run(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const source = hot('  -a------');
      const work = cold('     ------A|');
      expectObservable(source.pipe(mapPulled(() => work, { concurrency: 1 })), '^---!').toBe('-----');
      expectSubscriptions(source.subscriptions).toBe('^---!');
      expectSubscriptions(work.subscriptions).toBe('-^--!');
    });
  });
});

test('a slow last stage holds back the source: no more is read than the slots can hold', async () => {
  const { seen, items } = counter(40);
  let finished = 0;
  let most = 0;
  const chain = pull(items).pipe(
    mapPulled(async (n) => n, { concurrency: 3 }),
    filter((n) => n % 2 === 0),
    mapPulled(async (n) => n, { concurrency: 2 }),
    map((n) => n * 10),
    mapPulled(
      async (n) => {
        await sleep(2);
        most = Math.max(most, seen.pulled - 2 * finished++);
        return n;
      },
      { concurrency: 1 },
    ),
    toArray(),
  );
  expect(await lastValueFrom(chain)).toEqual(Array.from({ length: 20 }, (_, n) => n * 20));
  expect(most).toBeLessThanOrEqual(12); // 3 + 2 + 1 slots of even numbers, and the odd ones between them.
});

test('ten thousand items in order, through three stages that overlap, a few in memory', async () => {
  const { seen, items } = counter(10_000);
  const running = [0, 0, 0];
  const most = [0, 0, 0];
  const stage = (i: number, concurrency: number) =>
    mapPulled<number, number>(
      async (n) => {
        most[i] = Math.max(most[i], ++running[i]);
        await new Promise((resolve) => setImmediate(resolve));
        running[i]--;
        return n;
      },
      { concurrency },
    );
  let ahead = 0;
  let next = 0;
  await lastValueFrom(
    pull(items).pipe(
      stage(0, 2),
      stage(1, 1),
      stage(2, 4),
      map((n) => {
        expect(n).toBe(next++);
        ahead = Math.max(ahead, seen.pulled - next);
        return n;
      }),
    ),
  );
  expect(next).toBe(10_000);
  expect(most[0]).toBe(2);
  expect(most[1]).toBe(1);
  expect(most[2]).toBeLessThanOrEqual(4);
  expect(ahead).toBeLessThanOrEqual(7);
});

test('the parts of a concat are held back too', async () => {
  const first = counter(5);
  const second = counter(50);
  let finished = 0;
  const chain = concat(pull(first.items), pull(second.items)).pipe(
    mapPulled(
      async () => {
        await sleep(1);
        expect(first.seen.pulled + second.seen.pulled - finished).toBeLessThanOrEqual(2);
        finished++;
      },
      { concurrency: 2 },
    ),
  );
  await lastValueFrom(chain);
  expect(finished).toBe(55);
});

test('a chain inside the work of another is not held back by it', async () => {
  const nested = (n: number) => lastValueFrom(pull([n, n + 1]).pipe(mapPulled(async (m) => m, { concurrency: 1 })));
  const result = pull([1, 2, 3]).pipe(mapPulled(nested, { concurrency: 1 }), toArray());
  expect(await lastValueFrom(result)).toEqual([2, 3, 4]);
});

test('heavy items go alone', async () => {
  let together = 0;
  let most = 0;
  await lastValueFrom(
    pull([60, 60, 1, 1, 1, 60]).pipe(
      mapPulled(
        async (weight) => {
          together += weight;
          most = Math.max(most, together);
          await sleep(1);
          together -= weight;
        },
        { concurrency: 3, weigh: (weight) => weight, capacity: 50 },
      ),
    ),
  );
  expect(most).toBeLessThanOrEqual(62);
});

test('unsubscribing closes the iterator and aborts what is in work', async () => {
  const { seen, items } = counter();
  const signals: AbortSignal[] = [];
  const work = mapPulled<number, never>(
    (_, { signal }) => {
      signals.push(signal);
      return new Promise<never>(() => {});
    },
    { concurrency: 2 },
  );
  const subscription = pull(items).pipe(work).subscribe();
  await sleep(5);
  subscription.unsubscribe();
  await sleep(5);
  expect(seen).toEqual({ pulled: 2, closed: true });
  expect(signals.map((signal) => signal.aborted)).toEqual([true, true]);
});

test('taking enough closes the iterator', async () => {
  const { seen, items } = counter();
  await lastValueFrom(
    pull(items).pipe(
      mapPulled(async (n) => n, { concurrency: 2 }),
      take(3),
    ),
  );
  await sleep(1);
  expect(seen.closed).toBe(true);
  expect(seen.pulled).toBeLessThanOrEqual(6);
});

test.each([
  ['of the iterable', pull(failing()).pipe(mapPulled(async (n) => n, { concurrency: 1 }))],
  ['of the source', throwError(() => new Error('broken')).pipe(mapPulled(async (n) => n, { concurrency: 1 }))],
  ['thrown by the work', of(1).pipe(mapPulled(() => fail(), { concurrency: 1 }))],
])('an error %s reaches the subscriber', async (_, chain) => {
  await expect(lastValueFrom(chain)).rejects.toThrow('broken');
});

test('a source that cannot be held back waits in a queue', async () => {
  const source = new Subject<number>();
  const results = lastValueFrom(
    source.pipe(
      mapPulled(async (n) => n, { concurrency: 1 }),
      toArray(),
    ),
  );
  for (let n = 0; n < 100; n++) source.next(n);
  source.complete();
  expect(await results).toEqual(Array.from({ length: 100 }, (_, n) => n));
});

async function* failing(): AsyncGenerator<number> {
  yield 1;
  fail();
}

function fail(): never {
  throw new Error('broken');
}
