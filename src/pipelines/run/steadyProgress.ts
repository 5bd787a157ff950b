/** Of the half second that is promised the rest is for whatever else has its turn. */
const EVERY_MS = 200;
/** What a step is taken to last before one has been seen. */
const FIRST_STEP_MS = 4000;

/** Told of the steps of some work, and when it is over. */
export interface SteadyProgress extends Disposable {
  /** @throws what the listener threw meanwhile */
  step(finished: number, all: number): void;
}

/**
 * Tells how far work is at least every half second, as a share 0..1 that never falls: at each step, and between two of them by what is
 * reckoned from those before.
 */
export function steadyProgress(tell: (share: number) => void): SteadyProgress {
  const began = performance.now();
  let [finished, all, steppedAt] = [0, 0, began];
  let thrown: { error: unknown } | undefined;
  const between = () => {
    if (all === 0) return 0;
    const usual = finished > 0 ? (steppedAt - began) / finished : FIRST_STEP_MS;
    return (finished + 1 - Math.exp((steppedAt - performance.now()) / usual)) / all;
  };
  const timer = setInterval(() => {
    try {
      tell(Math.min(1, between()));
    } catch (error) {
      // Nobody could catch it here.
      thrown = { error };
      clearInterval(timer);
    }
  }, EVERY_MS);
  timer.unref();
  return {
    step(now, total) {
      if (thrown) throw thrown.error;
      [finished, all, steppedAt] = [now, total, performance.now()];
      timer.refresh();
      tell(now / total);
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
