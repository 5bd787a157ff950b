import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { random } from '../../src/core/random.js';
import { prefetch } from '../../src/training/prefetch.js';
import type { StepsOptions } from './makers/steps.js';

interface Batch {
  step: number;
  inputs: { image: Float32Array };
}

const maker = new URL('./makers/steps.ts', import.meta.url);
/** The sources are TypeScript, which Node runs by tsx; an installed package needs none. */
const worker = { execArgv: ['--import', new URL('../helpers/typescriptWorker.mjs', import.meta.url).href] };

function start(fail?: StepsOptions['fail'], ahead?: number) {
  const made = new Int32Array(new SharedArrayBuffer(4));
  const options: StepsOptions = { seed: 5, made: made.buffer as SharedArrayBuffer, fail };
  return { made, batches: prefetch<Batch>(maker, options, { ahead, worker }) };
}

describe('prefetch', () => {
  test('gives the batch of each step, in any order, the same as without a thread', async () => {
    const { batches } = start();
    for (const step of [0, 1, 2, 3, 40, 41, 7]) {
      const { step: got, inputs } = await batches.batch(step);
      expect(got).toBe(step);
      expect(inputs.image).toEqual(random(5, step).fillNormal(new Float32Array(1000)));
    }
    await batches.close();
  });

  test('several steps may be asked for before the first is there', async () => {
    const { batches } = start();
    const steps = await Promise.all([0, 1, 2].map(async (step) => (await batches.batch(step)).step));
    expect(steps).toEqual([0, 1, 2]);
    await batches.close();
  });

  test.each([1, 3])('makes %d batches ahead while this thread is busy, and no more', async (ahead) => {
    const { batches, made } = start(undefined, ahead);
    await batches.batch(0);
    // This thread is blocked, as it is by a training step; the other one goes on.
    for (let n = Atomics.load(made, 0); n < 1 + ahead; n = Atomics.load(made, 0)) {
      expect(Atomics.wait(made, 0, n, 10_000)).not.toBe('timed-out');
    }
    await setTimeout(100);
    expect(Atomics.load(made, 0)).toBe(1 + ahead);
    await batches.close();
  });

  test('a failure belongs to its step, and not to those before', async () => {
    const { batches } = start('at step 3');
    for (const step of [0, 1, 2]) expect((await batches.batch(step)).step).toBe(step);
    await expect(batches.batch(3)).rejects.toMatchObject({ code: 'E_DATA', received: 'photo 3 is damaged' });
    expect((await batches.batch(4)).step).toBe(4);
    await batches.close();
  });

  test.each<[StepsOptions['fail'], object]>([
    ['at once', { name: 'PerpixelError', code: 'E_DATA', received: 'no photos here' }],
    ['with a PerpixelError', { name: 'PerpixelError', code: 'E_SIZE', subject: 'a.png', cure: 'Z.' }],
    ['exit', { name: 'PerpixelError', code: 'E_DATA', received: 'it has ended' }],
  ])('a maker that fails %s is an error here', async (fail, expected) => {
    const { batches } = start(fail);
    await expect(batches.batch(0)).rejects.toMatchObject(expected);
    await expect(batches.batch(1)).rejects.toMatchObject(expected);
    await batches.close();
  });

  test('a module that is not there is an error here', async () => {
    const batches = prefetch<Batch>(new URL('./makers/missing.ts', import.meta.url), {}, { worker });
    await expect(batches.batch(0)).rejects.toMatchObject({
      code: 'E_DATA',
      received: expect.stringMatching('makers/missing'),
    });
    await batches.close();
  });

  test('after closing there are no batches', async () => {
    const { batches } = start();
    const waiting = batches.batch(0);
    await batches.close();
    await expect(waiting).rejects.toMatchObject({ code: 'E_DATA', received: 'it has ended' });
    await expect(batches.batch(1)).rejects.toMatchObject({ code: 'E_DATA' });
  });
});
