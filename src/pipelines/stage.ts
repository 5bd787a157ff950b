import type { OperatorFunction } from 'rxjs';
import { failureOf } from '../core/failureOf.js';
import { type FileResult, fileResult, type PictureFile } from './items.js';
import { type MapPulledOptions, mapPulled } from './mapPulled.js';

/** What would fail every file alike, and is told of once: its cause ends the stream. */
export class EndOfStream extends Error {}

/** What one stage does for one item; what it throws is the result of that file alone. */
type Work<T, R> = (item: T, context: { signal: AbortSignal }) => Promise<R | FileResult>;

/**
 * A stage of the way from file to file. Results pass through, items are worked on. What goes wrong with an item is its result (`failed`)
 * and does not end the stream, even where it is a bug (E_BUG). Only an EndOfStream ends it.
 */
export function stage<T extends { status: 'listed' | 'open'; file?: PictureFile; release?: () => void }, R>(
  nameOf: (item: T) => string,
  work: Work<T, R>,
  { concurrency, weigh = () => 0, capacity }: MapPulledOptions<T>,
): OperatorFunction<T | FileResult, R | FileResult> {
  const isItem = (item: T | FileResult): item is T => item.status === 'listed' || item.status === 'open';
  const attempt: Work<T, R> = async (item, context) => {
    const result = await tried(item, context);
    if (isResult(result)) (item.status === 'listed' ? item : item.file)?.release?.();
    return result;
  };
  const tried: Work<T, R> = async (item, context) => {
    try {
      return await work(item, context);
    } catch (error) {
      if (error instanceof EndOfStream) throw error.cause;
      // Nobody waits any more, and what was thrown is whatever the signal says.
      if (context.signal.aborted) throw error;
      return fileResult('failed', nameOf(item), { error: failureOf(error, nameOf(item)) });
    }
  };
  return mapPulled<T | FileResult, R | FileResult>(
    async (item, context) => (isItem(item) ? attempt(item, context) : item),
    { concurrency, weigh: (item) => (isItem(item) ? weigh(item) : 0), capacity },
  );
}

const isResult = (value: unknown): boolean => ['done', 'skipped', 'failed'].includes((value as FileResult).status);

/** Seconds since a reading of `performance.now()`. */
export function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}
