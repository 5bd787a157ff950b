// @ts-check
// Plain JavaScript, because Node loads it by itself: from dist/ for users and from src/ for tests.
import process from 'node:process';
import { setImmediate } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import ort from 'onnxruntime-node';

/**
 * Where one onnxruntime session lives: a thread, or a process of its own. `onnxruntime-node` computes on the thread that calls
 * it, so that on the main thread Ctrl-C, progress and every decoder's answer would wait for the end of each tile.
 *
 * @typedef {{ data: Float32Array, dims: readonly number[] }} Tensor
 * @typedef {{ id: number, bytes: Uint8Array, provider: string, threads: number }} OpenRequest the first one
 * @typedef {{ id: number, feeds: Record<string, Tensor> }} RunRequest
 * @typedef {OpenRequest | RunRequest | { giveUp: number } | 'close'} Request giveUp: nobody waits for the answer of this run
 * @typedef {{ name: string, type: string }} Value what a model takes; type as `float32`
 * @typedef {{ id: number, inputs: Value[] }} Opened
 * @typedef {{ id: number, outputs: Record<string, Tensor> }} Answer
 * @typedef {{ id: number, failure: string }} Failure
 * @typedef {{ id: number, begun: true }} Begun the network is about to run: what ends this place now may be that run
 * @typedef {Opened | Answer | Failure | Begun} Reply
 */

// What goes wrong is thrown as well; the log would only write it to the user's terminal a second time.
ort.env.logLevel = 'fatal';

/** @type {ort.InferenceSession} */
let session;
/** Runs that are still wanted. */
const wanted = new Set();
let turn = Promise.resolve();

(parentPort ?? process).on('message', (/** @type {Request} */ request) => {
  if (typeof request === 'object' && 'giveUp' in request) {
    wanted.delete(request.giveUp);
    return;
  }
  if (typeof request === 'object') wanted.add(request.id);
  turn = turn.then(() => answer(request));
});

if (!parentPort) {
  // Ctrl-C goes to every process of a terminal; what is done about it is the parent's affair.
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit());
}

/** @param {OpenRequest | RunRequest | 'close'} request */
async function answer(request) {
  if (request === 'close') {
    await session?.release();
    // Deno's port cannot be closed; its thread can.
    if (parentPort && 'close' in parentPort) parentPort.close();
    else if (parentPort) /** @type {{ close?: () => void }} */ (globalThis).close?.();
    return;
  }
  try {
    if ('bytes' in request) await open(request);
    else await run(request);
  } catch (error) {
    post({ id: request.id, failure: error instanceof Error ? error.message.trim() : String(error) });
  }
}

/** @param {OpenRequest} request */
async function open({ id, bytes, provider, threads }) {
  session = await ort.InferenceSession.create(bytes, {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    graphOptimizationLevel: 'all',
    // With the arena the memory of tiles of many sizes stays flat, at less than half of what malloc alone comes to.
    enableCpuMemArena: true,
    enableMemPattern: true,
    logSeverityLevel: 4,
  });
  post({ id, inputs: session.inputMetadata.map(describe) });
}

/** @param {RunRequest} request */
async function run(request) {
  // What came during the run before is heard now.
  await setImmediate();
  if (!wanted.delete(request.id)) throw new Error('the run was given up');
  const feeds = Object.entries(request.feeds).map(([name, tensor]) => [
    name,
    new ort.Tensor('float32', tensor.data, tensor.dims),
  ]);
  post({ id: request.id, begun: true });
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
 * @param {any[]} [memory] given away
 */
function post(reply, memory = []) {
  if (parentPort) parentPort.postMessage(reply, memory);
  else process.send?.(reply);
}
