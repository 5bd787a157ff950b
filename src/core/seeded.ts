import type { Random } from './random.js';

/**
 * Runs synchronous code with `Math.random` drawing from `dice`. Initial weights and dropout of tf.layers come from there
 * where layers carry no seed of their own, and a run must be the same when it is run again, or resumed.
 */
export function seeded<T>(dice: Random, run: () => T): T {
  const own = Math.random;
  Math.random = () => dice.uniform();
  try {
    return run();
  } finally {
    Math.random = own;
  }
}
