import { from, Observable, type ObservableInput, type OperatorFunction } from 'rxjs';
import { currentDemand, Gate, unlimited, withDemand } from './demand.js';

/** How many items are in work at one time, by number and by weight. */
export interface MapPulledOptions<T> {
  /** Items that may be in work, or finished and not yet taken by the next stage, at one time. */
  concurrency: number;
  /** What an item costs, in units of `capacity`. @default 0 */
  weigh?: (item: T) => number;
  /** No further item is taken while those in work weigh this much; a heavier one is worked on alone. @default no limit */
  capacity?: number;
}

/** One item on its way: its results so far, and whether more can come. */
interface Slot<R> {
  weight: number;
  results: R[];
  finished: boolean;
}

/**
 * Maps each item through `work`, `concurrency` of them at a time, with the results in the order of the items. This is the
 * only place where concurrency is decided, and what gives a chain its backpressure:
 *
 * - An item takes one of n slots when it arrives, and leaves it when the *next* stage has taken its results.
 * - While no slot is free, `pull` at the head of the chain reads nothing (see demand.ts for how it knows).
 *
 * So stages of n1, n2 and n3 slots hold at most n1 + n2 + n3 items however slow the last one is, and all three work at once:
 * decoding and encoding overlap inference. A source that is not ours (a Subject, `interval`) cannot be held back: its items
 * wait, unworked, in a queue, as with `mergeMap`.
 *
 *     items                  abc|              concurrency 2: c waits for a slot
 *     work of a, b and c     ---A|  -B|  ---C|
 *     results                ----(AB)(C|)      B is ready before A, and waits for it
 *
 * `work` gives a promise or an observable (any number of results). Unsubscribing, and an error from either side, aborts
 * `signal`, unsubscribes what is in work and stops the source. RxJS 7.8, `mergeMap` is the relative without order and room.
 */
export function mapPulled<T, R>(
  work: (item: T, context: { signal: AbortSignal }) => ObservableInput<R>,
  { concurrency, weigh = () => 0, capacity = Number.POSITIVE_INFINITY }: MapPulledOptions<T>,
): OperatorFunction<T, R> {
  return (source) =>
    new Observable<R>((subscriber) => {
      const downstream = currentDemand();
      const aborter = new AbortController();
      const waiting: T[] = [];
      const slots: Slot<R>[] = [];
      let weight = 0;
      let sourceEnded = false;
      let draining = false;

      const hasRoom = () => slots.length < concurrency && weight < capacity;
      const room = new Gate(() => waiting.length === 0 && hasRoom());

      const start = (item: T) => {
        const slot: Slot<R> = { weight: weigh(item), results: [], finished: false };
        slots.push(slot);
        weight += slot.weight;
        const results = new Observable<R>((inner) =>
          withDemand(unlimited, () => from(work(item, { signal: aborter.signal })).subscribe(inner)),
        );
        subscriber.add(
          results.subscribe({
            next: (result) => slot.results.push(result),
            error: (error) => subscriber.error(error),
            complete: () => {
              slot.finished = true;
              advance();
            },
          }),
        );
      };

      /** Hands on what is first in line and starts what waits, until either has to wait. */
      const advance = () => {
        if (draining) return; // Called from within `next` below: the loop sees to it, without recursion.
        draining = true;
        while (!subscriber.closed) {
          const first = slots[0];
          if (first?.finished && first.results.length === 0) {
            slots.shift();
            weight -= first.weight;
          } else if (first?.finished && downstream.open) {
            const result = first.results.shift()!;
            withDemand(downstream, () => subscriber.next(result));
          } else if (waiting.length > 0 && hasRoom()) {
            start(waiting.shift()!);
          } else {
            break;
          }
        }
        draining = false;
        if (sourceEnded && slots.length === 0 && waiting.length === 0) subscriber.complete();
        room.announce();
      };

      subscriber.add(() => aborter.abort());
      subscriber.add(downstream.onOpen(advance));
      subscriber.add(
        withDemand(room, () =>
          source.subscribe({
            next: (item) => {
              waiting.push(item);
              advance();
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
