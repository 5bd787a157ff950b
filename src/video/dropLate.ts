import { type MonoTypeOperatorFunction, Observable } from 'rxjs';
import { currentDemand, unlimited, withDemand } from '../pipelines/demand.js';

/** How much may wait, and who is told of what is dropped. */
export interface DropLateOptions<T> {
  /** Items that may wait for the next stage. @default 1 */
  capacity?: number;
  /** Told of each item that is dropped. */
  onDrop?: (item: T) => void;
}

/**
 * Lets its source run as fast as it will and, where the next stage has no room, drops the item that has waited longest. So what
 * comes out is never older than `capacity` items of the source and what the stages below hold.
 *
 *     source                  abcdef|
 *     room below              ^---^-^     (capacity 1)
 *     results                 a---e-(f|)  b, c and d are dropped
 */
export function dropLate<T>({ capacity = 1, onDrop }: DropLateOptions<T> = {}): MonoTypeOperatorFunction<T> {
  return (source) =>
    new Observable<T>((subscriber) => {
      const downstream = currentDemand();
      const waiting: T[] = [];
      let sourceEnded = false;
      const advance = () => {
        while (waiting.length > 0 && downstream.open && !subscriber.closed) {
          const item = waiting.shift()!;
          withDemand(downstream, () => subscriber.next(item));
        }
        if (sourceEnded && waiting.length === 0) subscriber.complete();
      };
      subscriber.add(downstream.onOpen(advance));
      subscriber.add(
        withDemand(unlimited, () =>
          source.subscribe({
            next: (item) => {
              waiting.push(item);
              advance();
              while (waiting.length > capacity) onDrop?.(waiting.shift()!);
            },
            error: (error) => subscriber.error(error),
            complete: () => {
              sourceEnded = true;
              advance();
            },
          }),
        ),
      );
    });
}
