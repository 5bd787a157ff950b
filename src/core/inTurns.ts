import { setImmediate } from 'node:timers/promises';

/** Work of many steps, each some tens of milliseconds long, and what comes of it. */
export type Steps<T> = Generator<void, T, void>;

/** Does it with a turn of the event loop between two steps, so that others have theirs, and a stop is seen. */
export async function inTurns<T>(steps: Steps<T>, signal?: AbortSignal): Promise<T> {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await setImmediate();
    signal?.throwIfAborted();
  }
}
