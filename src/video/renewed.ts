/** Where what is carried from frame to frame begins anew. */
export interface Renewal {
  /** Every so many frames; undefined: never. At least `warmUp`. */
  every?: number;
  /** So many frames before its place a new one begins, to have seen what counts there. */
  warmUp: number;
}

/** Something that is carried from frame to frame. */
export interface Renewed<State> {
  /** Takes a frame, and gives what comes of it. `use` is called once more for a new one that warms up. */
  step<T>(index: number, use: (state: State) => T): T;
  /** Forgets what was seen. */
  reset(): void;
}

/** Renewal at places where segments of so many frames begin. @param segment undefined: never */
export function renewalOf(segment: number | undefined, warmUp: number): Renewal {
  return { warmUp, every: segment && segment * Math.max(1, Math.ceil(warmUp / segment)) };
}

/** The first frame that has to be seen so that those from `from` on are what they are in the whole video. */
export function firstSeen(from: number, { every = 1, warmUp }: Renewal): number {
  return Math.max(0, Math.floor(from / every) * every - warmUp);
}

/**
 * What is carried from frame to frame depends on all that came before, by ever less. So that a stream which begins at a later frame has the
 * same to the bit, it begins anew at places that depend on the frame's number alone, warmed up on the frames before.
 */
export function renewed<State>(begin: () => State, { every, warmUp }: Renewal): Renewed<State> {
  let current: { state: State; period: number } | undefined;
  let next: { state: State; period: number } | undefined;
  return {
    step(index, use) {
      const period = every ? Math.floor(index / every) : 0;
      if (next && period >= next.period) [current, next] = [next, undefined];
      current ??= { state: begin(), period };
      if (every && index % every >= every - warmUp) next ??= { state: begin(), period: period + 1 };
      const result = use(current.state);
      if (next) use(next.state);
      return result;
    },
    reset() {
      current = undefined;
      next = undefined;
    },
  };
}
