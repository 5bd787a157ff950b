import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type TurnOptions, Turnstile } from '../../../src/pipelines/run/turnstile.js';

/** Work that ends when it is told to, and in which order it began. */
function workshop(concurrency: number) {
  const turnstile = new Turnstile(concurrency);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    begun,
    turnstile,
    bring: (name: string, options?: TurnOptions) =>
      turnstile.pass(async () => {
        begun.push(name);
        await new Promise<void>((resolve) => ends.set(name, resolve));
        return name;
      }, options),
    async end(name: string) {
      ends.get(name)!();
      await setImmediate();
    },
  };
}

test('so many are in work, in the order that they came in', async () => {
  const { bring, end, begun } = workshop(2);
  const all = ['a', 'b', 'c', 'd'].map((name) => bring(name));
  expect(begun).toEqual(['a', 'b']);
  await end('b');
  expect(begun).toEqual(['a', 'b', 'c']);
  await end('a');
  for (const name of ['c', 'd']) await end(name);
  expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd']);
});

test('higher ones are next, and work of before goes on', async () => {
  const { bring, end, begun } = workshop(1);
  for (const [name, priority] of Object.entries({ a: 0, b: 0, c: 2, d: 1, e: 2 })) void bring(name, { priority });
  for (const name of ['a', 'c', 'e', 'd', 'b']) await end(name);
  expect(begun).toEqual(['a', 'c', 'e', 'd', 'b']);
});

test('of one word the newest waits, and one is in work at a time', async () => {
  const { bring, end, begun } = workshop(2);
  const first = bring('first', { latest: 'slider' });
  const between = bring('between', { latest: 'slider' });
  const last = bring('last', { latest: 'slider' });
  await expect(between).rejects.toMatchObject({ name: 'AbortError' });
  const other = bring('other', { latest: 'another slider' });
  expect(begun).toEqual(['first', 'other']);
  await end('first');
  expect(begun).toEqual(['first', 'other', 'last']);
  for (const name of ['last', 'other']) await end(name);
  expect(await Promise.all([first, last, other])).toEqual(['first', 'last', 'other']);
});

test('who gives up, or is sent away, is answered at once and holds no place', async () => {
  const { bring, end, begun, turnstile } = workshop(1);
  const stop = new AbortController();
  const [inWork, waiting, next] = ['a', 'b', 'c'].map((name) =>
    bring(name, name === 'b' ? { signal: stop.signal } : {}),
  );
  stop.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  turnstile.sendAway(new Error('closed'));
  await expect(inWork).rejects.toThrow('closed');
  await expect(next).rejects.toThrow('closed');
  await end('a');
  expect(begun).toEqual(['a']);
  const later = bring('d');
  await end('d');
  expect(await later).toBe('d');
});
