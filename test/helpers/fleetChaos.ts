import { setTimeout as sleep } from 'node:timers/promises';
import { random } from '../../src/core/random.js';

/** A worker that was started. */
export interface Started {
  child: { kill(signal: 'SIGKILL'): boolean };
  ended: Promise<{ code: number }>;
}

export interface ChaosOptions {
  workers: number;
  /** Times that each is killed. */
  kills: number;
  /** The share of the work that is done, 0 to 1: each worker is killed at shares of its own, whatever time the machine takes. */
  share(): number | Promise<number>;
  seed: number;
}

/** The last kill comes before this share of the work, so that there is something left to be killed at. */
const LAST = 0.9;
const ASK_MS = 200;

/**
 * Runs workers that are killed at random, by kill -9, and started anew each time; the last of each works to the end.
 *
 * @param start starts a worker that ends when nothing is left to do
 * @returns how many were killed before they ended by themselves
 */
export async function chaos(start: () => Started, { workers, kills, share, seed }: ChaosOptions): Promise<number> {
  let killed = 0;
  const live = async (worker: number) => {
    const r = random(seed, worker);
    const shares = Array.from({ length: kills }, () => r.uniform(0, LAST)).sort((a, b) => a - b);
    for (const until of shares) {
      const { child, ended } = start();
      let isOver = false;
      void ended.then(() => {
        isOver = true;
      });
      while (!isOver && (await share()) <= until) await sleep(ASK_MS);
      // Somewhere in the middle of a photo, or of what comes between two.
      await sleep(r.uniform(0, ASK_MS));
      if (!isOver) {
        child.kill('SIGKILL');
        killed++;
      }
      await ended;
    }
    await start().ended;
  };
  await Promise.all(Array.from({ length: workers }, (_, worker) => live(worker)));
  return killed;
}
