// @ts-check
// Plain JavaScript, because Node loads it by itself: from dist/ for users and from src/ for tests.
import { parentPort, workerData } from 'node:worker_threads';
import ort from 'onnxruntime-node';

/**
 * The thread in which one onnxruntime session lives. `onnxruntime-node` computes on the thread that calls it, so that on
 * the main thread Ctrl-C, progress and every decoder's answer would wait for the end of each tile.
 *
 * @typedef {{ data: Float32Array, dims: readonly number[] }} Tensor
 * @typedef {{ bytes: Uint8Array, provider: string, threads: number }} OpenRequest
 * @typedef {{ name: string, type: string }} Value what a model takes; type as `float32`
 * @typedef {{ id: number, feeds: Record<string, Tensor>, givenUp: Int32Array } | 'close'} Request givenUp: shared; 1 where nobody
 *   waits for the answer any more
 * @typedef {{ id: 0, inputs: Value[] }} Opened
 * @typedef {{ id: number, outputs: Record<string, Tensor> }} Answer
 * @typedef {{ id: number, failure: string }} Failure id 0 is the opening
 * @typedef {Opened | Answer | Failure} Reply
 */

/** @type {OpenRequest} */
const { bytes, provider, threads } = workerData;
const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);
// What goes wrong is thrown as well; the log would only write it to the user's terminal a second time.
ort.env.logLevel = 'fatal';

try {
  const session = await ort.InferenceSession.create(bytes, {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    graphOptimizationLevel: 'all',
    // With the arena the memory of tiles of many sizes stays flat, at less than half of what malloc alone comes to.
    enableCpuMemArena: true,
    enableMemPattern: true,
    logSeverityLevel: 4,
  });
  let turn = Promise.resolve();
  port.on('message', (/** @type {Request} */ request) => {
    turn = turn.then(() => answer(session, request));
  });
  post({ id: 0, inputs: session.inputMetadata.map(describe) });
} catch (error) {
  post({ id: 0, failure: messageOf(error) });
}

/**
 * @param {ort.InferenceSession} session
 * @param {Request} request
 */
async function answer(session, request) {
  if (request === 'close') {
    await session.release();
    port.close();
    return;
  }
  if (Atomics.load(request.givenUp, 0) === 1) {
    post({ id: request.id, failure: 'the run was given up' });
    return;
  }
  try {
    const feeds = Object.entries(request.feeds).map(([name, tensor]) => [
      name,
      new ort.Tensor('float32', tensor.data, tensor.dims),
    ]);
    const results = await session.run(Object.fromEntries(feeds));
    /** @type {Record<string, Tensor>} */
    const outputs = {};
    for (const [name, { data, dims }] of Object.entries(results)) {
      outputs[name] = {
        data: data instanceof Float32Array ? data : Float32Array.from(/** @type {any} */ (data), Number),
        dims,
      };
    }
    post(
      { id: request.id, outputs },
      Object.values(outputs).map(({ data }) => data.buffer),
    );
  } catch (error) {
    post({ id: request.id, failure: messageOf(error) });
  }
}

/**
 * @param {ort.InferenceSession.ValueMetadata} value
 * @returns {Value}
 */
function describe(value) {
  return { name: value.name, type: value.isTensor ? value.type : 'no tensor' };
}

/**
 * @param {Reply} reply
 * @param {any[]} [transfer]
 */
function post(reply, transfer = []) {
  port.postMessage(reply, transfer);
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message.trim() : String(error);
}
