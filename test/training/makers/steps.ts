import { PerpixelError } from '../../../src/core/errors.js';
import { random } from '../../../src/core/random.js';

export interface StepsOptions {
  seed: number;
  /** One counter: how many batches have been made. */
  made: SharedArrayBuffer;
  fail?: 'at once' | 'at step 3' | 'with a PerpixelError' | 'exit';
}

/** Batches for the tests of `prefetch`: random numbers that depend on seed and step. */
export default function steps({ seed, made, fail }: StepsOptions) {
  const counter = new Int32Array(made);
  if (fail === 'at once') throw new Error('no photos here');
  return (step: number) => {
    if (fail === 'at step 3' && step === 3) throw new Error('photo 3 is damaged');
    if (fail === 'with a PerpixelError') {
      throw new PerpixelError({ code: 'E_SIZE', subject: 'a.png', received: 'x', expected: 'y', cure: 'Z.' });
    }
    if (fail === 'exit') process.exit(7);
    Atomics.add(counter, 0, 1);
    Atomics.notify(counter, 0);
    return { step, inputs: { image: random(seed, step).fillNormal(new Float32Array(1000)) } };
  };
}
