import { Observable } from 'rxjs';
import { currentDemand, opened } from './demand.js';

/**
 * A stream of an iterable's items that reads the next one only when the next `mapPulled` down the chain has room for it;
 * `from(iterable)` reads as fast as it can. Unsubscribing calls the iterator's `return()`.
 *
 * @example
 * pull(readFrames('walk.y4m')).pipe(mapPulled(depthOf, { concurrency: 2 })).subscribe(show);
 */
export function pull<T>(items: AsyncIterable<T> | Iterable<T>): Observable<T> {
  return new Observable<T>((subscriber) => {
    const demand = currentDemand();
    const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();

    const read = async () => {
      while (!subscriber.closed) {
        await opened(demand);
        if (subscriber.closed) return;
        const { done, value } = await iterator.next();
        if (done) return subscriber.complete();
        subscriber.next(value);
      }
    };
    read().catch((error) => subscriber.error(error));

    return async () => {
      try {
        await iterator.return?.();
      } catch {
        // Nobody listens any more, and what the iterator held is its own to free.
      }
    };
  });
}
