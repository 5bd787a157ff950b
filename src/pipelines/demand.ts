import { AsyncLocalStorage } from 'node:async_hooks';

/** Says whether the next stage of a chain has room for one more item. */
export interface Demand {
  readonly open: boolean;
  /** Calls `listener` each time that room appears, until the returned function is called. */
  onOpen(listener: () => void): () => void;
}

/** The demand of an end that takes everything at once. */
export const unlimited: Demand = { open: true, onOpen: () => () => {} };

/**
 * RxJS has no word for "wait": `next` only goes down a chain. Ours travels up beside it, in the context of the subscription: an operator
 * subscribes to its source with its own demand in the context. The source at the head of the chain finds it there, through any `map`,
 * `filter`, `concat` or `retry` of RxJS in between. It is a level and not a count of credits, so an item that a `filter` drops costs
 * nothing.
 */
const context = new AsyncLocalStorage<Demand>();

/** The demand of whoever is subscribing now; `unlimited` where nobody said anything. */
export function currentDemand(): Demand {
  return context.getStore() ?? unlimited;
}

/** Runs `callback` so that whatever is subscribed in it, at once or later (the next part of a `concat`), sees `demand`. */
export function withDemand<R>(demand: Demand, callback: () => R): R {
  return context.run(demand, callback);
}

/** Resolves as soon as there is room. */
export async function opened(demand: Demand): Promise<void> {
  while (!demand.open) {
    await new Promise<void>((resolve) => {
      const stop = demand.onOpen(() => {
        stop();
        resolve();
      });
    });
  }
}

/** A demand that is open while `hasRoom()` holds; its owner announces when that may have come true. */
export class Gate implements Demand {
  readonly #hasRoom: () => boolean;
  readonly #listeners = new Set<() => void>();

  constructor(hasRoom: () => boolean) {
    this.#hasRoom = hasRoom;
  }

  get open(): boolean {
    return this.#hasRoom();
  }

  announce(): void {
    if (this.open) for (const listener of [...this.#listeners]) listener();
  }

  onOpen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
