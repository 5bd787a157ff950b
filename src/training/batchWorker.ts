/** The thread behind `prefetch`: makes the batches of the steps that it is sent, one after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { PerpixelError } from '../core/errors.js';
import type { Answer, BatchMaker, WorkerData } from './prefetch.js';

const port = parentPort!;
const { maker, options } = workerData as WorkerData;
const started: Promise<ReturnType<BatchMaker>> = import(maker).then((module) => module.default(options));
// A maker that cannot start is told of in the answer to each step.
let last: Promise<unknown> = started.catch(() => {});

port.on('message', (step: number) => {
  last = last.then(() => answer(step));
});

async function answer(step: number): Promise<void> {
  try {
    const batch = await (await started)(step);
    port.postMessage({ step, batch } satisfies Answer, [...buffersOf(batch)]);
  } catch (error) {
    port.postMessage({ step, failure: partsOf(error) } satisfies Answer);
  }
}

/** An error's class does not survive the way between threads; its parts do. */
function partsOf(error: unknown): Answer['failure'] {
  if (error instanceof PerpixelError) {
    const { code, subject, received, expected, cure } = error;
    return { code, subject, received, expected, cure };
  }
  return {
    code: 'E_DATA',
    received: error instanceof Error ? error.message : String(error),
    expected: 'a batch of training examples',
    cure: 'Check the data set that the batches are made of.',
    cause: error,
  };
}

/** The buffers of all typed arrays in plain objects and arrays; they are given to the other thread, not copied. */
function buffersOf(value: unknown, found = new Set<ArrayBuffer>()): Set<ArrayBuffer> {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
  } else if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) buffersOf(part, found);
  }
  return found;
}
