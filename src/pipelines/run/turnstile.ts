import { setMaxListeners } from 'node:events';

/** One is decoded or encoded while the network runs on the other. */
export const PHOTOS_IN_WORK = 2;

/** How work waits for its turn. */
export interface TurnOptions {
  /** Ends the wait, and the work. */
  signal?: AbortSignal;
  /** Higher ones come first, and of the same those that came first. @default 0 */
  priority?: number;
  /** What the work is for: newer work for the same takes the place of what still waits, and begins when that in work is done. */
  latest?: string;
}

interface Waiting extends Required<Pick<TurnOptions, 'priority'>>, Pick<TurnOptions, 'latest'> {
  begin(): Promise<void>;
  leave(reason: unknown): void;
}

/**
 * Lets work pass `concurrency` at a time, however much arrives at once, so that a thousand calls hold the memory of a few.
 * Whoever gives up, or is sent away, is answered at once; that place in the queue holds nothing from then on.
 */
export class Turnstile {
  readonly #concurrency: number;
  #waiting: Waiting[] = [];
  readonly #inWork = new Set<Waiting>();
  readonly #inside = new Set<AbortController>();

  constructor(concurrency: number) {
    this.#concurrency = concurrency;
  }

  /**
   * @param work gets a signal of its own, which aborts with `signal` and with `sendAway`
   * @throws AbortError by rejecting, where newer work for the same took its place
   */
  pass<T>(work: (signal: AbortSignal) => Promise<T>, { signal, priority = 0, latest }: TurnOptions = {}): Promise<T> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const aborter = new AbortController();
      const abort = () => aborter.abort(signal?.reason);
      const place: Waiting = {
        priority,
        latest,
        leave: (reason) => aborter.abort(reason),
        async begin() {
          try {
            resolve(await work(aborter.signal));
          } catch (error) {
            reject(error);
          } finally {
            end();
          }
        },
      };
      const end = () => {
        signal?.removeEventListener('abort', abort);
        this.#inside.delete(aborter);
      };
      // One signal for a thousand calls is no leak: each takes its listener away when it ends.
      if (signal) setMaxListeners(0, signal);
      signal?.addEventListener('abort', abort);
      aborter.signal.addEventListener('abort', () => {
        this.#waiting = this.#waiting.filter((each) => each !== place);
        end();
        reject(aborter.signal.reason);
      });
      this.#inside.add(aborter);
      if (latest !== undefined) this.#waiting.find((each) => each.latest === latest)?.leave(replaced());
      this.#waiting.push(place);
      this.#next();
    });
  }

  /** Aborts everything that is inside or waits. */
  sendAway(reason: unknown): void {
    for (const aborter of [...this.#inside]) aborter.abort(reason);
  }

  /** Begins with whoever is first, as long as there is room. */
  #next(): void {
    while (this.#inWork.size < this.#concurrency) {
      const isFree = ({ latest }: Waiting) =>
        latest === undefined || ![...this.#inWork].some((each) => each.latest === latest);
      const first = this.#waiting
        .filter(isFree)
        .reduce<Waiting | undefined>(
          (best, each) => (best === undefined || each.priority > best.priority ? each : best),
          undefined,
        );
      if (first === undefined) return;
      this.#waiting = this.#waiting.filter((each) => each !== first);
      this.#inWork.add(first);
      void first.begin().then(() => {
        this.#inWork.delete(first);
        this.#next();
      });
    }
  }
}

const replaced = () => new DOMException('A newer call of the same key took its place.', 'AbortError');
