import { setMaxListeners } from 'node:events';
import { mergeMap, Subject } from 'rxjs';

/** One is decoded or encoded while the network runs on the other. */
export const PHOTOS_IN_WORK = 2;

/**
 * Lets work pass `concurrency` at a time, however much arrives at once, so that a thousand calls hold the memory of a few.
 * Whoever gives up, or is sent away, is answered at once; that place in the queue holds nothing from then on.
 */
export class Turnstile {
  readonly #arrivals = new Subject<() => Promise<void>>();
  readonly #inside = new Set<AbortController>();

  constructor(concurrency: number) {
    this.#arrivals.pipe(mergeMap((work) => work(), concurrency)).subscribe();
  }

  /** @param work gets a signal of its own, which aborts with `signal` and with `sendAway` */
  pass<T>(work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const aborter = new AbortController();
      const abort = () => aborter.abort(signal?.reason);
      let waiting: typeof work | undefined = work;
      const leave = () => {
        waiting = undefined;
        signal?.removeEventListener('abort', abort);
        this.#inside.delete(aborter);
      };
      // One signal for a thousand calls is no leak: each takes its listener away when it ends.
      if (signal) setMaxListeners(0, signal);
      signal?.addEventListener('abort', abort);
      aborter.signal.addEventListener('abort', () => {
        leave();
        reject(aborter.signal.reason);
      });
      this.#inside.add(aborter);
      this.#arrivals.next(async () => {
        try {
          if (waiting) resolve(await waiting(aborter.signal));
        } catch (error) {
          reject(error);
        } finally {
          leave();
        }
      });
    });
  }

  /** Aborts everything that is inside or waits. */
  sendAway(reason: unknown): void {
    for (const aborter of [...this.#inside]) aborter.abort(reason);
  }
}
