import { Observable } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, test } from 'vitest';
import { Gate, withDemand } from '../../src/pipelines/demand.js';
import { mapPulled } from '../../src/pipelines/mapPulled.js';
import { dropLate } from '../../src/video/dropLate.js';

function run(test: Parameters<TestScheduler['run']>[0]) {
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(test);
}

describe('marbles', () => {
  // x: what the next stage does with an item for three frames of the clock.
  test.each([
    ['all that there is room for', 1, 'a---b---c---|', '---A---B---C|', []],
    ['the newest of those that came meanwhile', 1, 'abcd----e|', '---A--D----(E|)', ['b', 'c']],
    ['the end waits for what is waiting', 1, 'abc|', '---A--(C|)', ['b']],
    ['two may wait', 2, 'abcd|', '---A--C--(D|)', ['b']],
    ['an error does not wait', 1, 'ab#', '--#', []],
    ['nothing', 1, '--|', '--|', []],
  ])('%s', (_, capacity, source, expected, dropped) => {
    const seen: string[] = [];
    run(({ cold, expectObservable, flush }) => {
      const results = cold(source).pipe(
        dropLate({ capacity, onDrop: (item) => seen.push(item) }),
        mapPulled((item) => cold('---(x|)', { x: item.toUpperCase() }), { concurrency: 1 }),
      );
      expectObservable(results).toBe(expected);
      flush();
    });
    expect(seen).toEqual(dropped);
  });

  test('unsubscribing unsubscribes the source', () => {
    run(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('-a-b-c-');
      expectObservable(source.pipe(dropLate()), '^---!').toBe('-a-b');
      expectSubscriptions(source.subscriptions).toBe('^---!');
    });
  });
});

test('a source of a hundred a tick and a stage of one a tick: never more than the capacity waits', () => {
  let room = 0;
  const gate = new Gate(() => room > 0);
  const taken: number[] = [];
  let dropped = 0;
  const source = new Observable<number>((subscriber) => {
    for (let tick = 0; tick < 10; tick++) {
      for (let i = 0; i < 100; i++) subscriber.next(100 * tick + i);
      room = 1;
      gate.announce();
    }
    subscriber.complete();
  });
  withDemand(gate, () =>
    source.pipe(dropLate({ onDrop: () => dropped++ })).subscribe((item) => {
      room--;
      taken.push(item);
    }),
  );
  expect(taken.slice(0, 3)).toEqual([99, 199, 299]);
  expect(taken.length + dropped).toBe(1000);
});
