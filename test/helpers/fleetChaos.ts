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
  /** How long a worker lives before that, at most. */
  lifeMs: number;
  seed: number;
}

/**
 * Runs workers that are killed at random, by kill -9, and started anew each time; the last of each works to the end.
 *
 * @param start starts a worker that ends when nothing is left to do
 * @returns how many were killed before they ended by themselves
 */
export async function chaos(start: () => Started, { workers, kills, lifeMs, seed }: ChaosOptions): Promise<number> {
  let killed = 0;
  const live = async (worker: number) => {
    const r = random(seed, worker);
    for (let kill = 0; kill < kills; kill++) {
      const { child, ended } = start();
      const isOver = await Promise.race([ended.then(() => true), sleep(r.uniform(0.3, 1) * lifeMs, false)]);
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
