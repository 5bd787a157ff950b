import { map } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest';
import { fileResult } from '../../src/pipelines/items.js';
import { progress } from '../../src/pipelines/progress.js';

test('files, megapixels a second, time left', () => {
  const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
  const results = {
    s: fileResult('skipped', 's.jpg'),
    d: fileResult('done', 'd.jpg', { megapixels: 6 }),
    f: fileResult('failed', 'f.jpg'),
  };
  scheduler.run(({ cold, expectObservable }) => {
    const source = cold('500ms s 499ms d 999ms f 999ms (d|)', results);
    const total = cold('1500ms t|', { t: 10 });
    const seen = source.pipe(
      progress({ total, clock: scheduler }),
      map(({ done, failed, skipped, total: all, rate, secondsLeft }) => [
        done,
        failed,
        skipped,
        all,
        rate,
        secondsLeft,
      ]),
    );
    expectObservable(seen).toBe('500ms a 499ms b 499ms c 499ms d 999ms (e|)', {
      a: [0, 0, 1, undefined, 0, undefined],
      b: [1, 0, 1, undefined, 6, undefined],
      c: [1, 0, 1, 10, 4, 12],
      d: [1, 1, 1, 10, 3, 7],
      e: [2, 1, 1, 10, 4, 6],
    });
  });
});

test('ends with the results, known total or not', () => {
  const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
  scheduler.run(({ cold, expectObservable }) => {
    expectObservable(cold<never>('--|').pipe(progress({ total: cold('----') }))).toBe('--|');
    expectObservable(cold<never>('--#').pipe(progress())).toBe('--#');
  });
});
