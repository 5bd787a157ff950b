// @ts-check
// Plain JavaScript, because Node loads it by itself: from dist/ for users and from src/ for tests.
import process from 'node:process';
import ort from 'onnxruntime-node';

/**
 * Tries an execution provider for real, in a process of its own: a broken GPU driver may end the process it is loaded
 * into, and writes to its terminal.
 *
 * @typedef {{ provider: string, model: Uint8Array, input: Float32Array, dims: readonly number[] }} ProbeRequest
 * @typedef {{ difference: number } | { failure: string }} ProbeReply the largest difference to the CPU
 */

ort.env.logLevel = 'fatal';

process.once('message', async (/** @type {ProbeRequest} */ { provider, model, input, dims }) => {
  /** @param {string} name */
  const run = async (name) => {
    const session = await ort.InferenceSession.create(model, { executionProviders: [name], logSeverityLevel: 4 });
    const feed = new ort.Tensor('float32', input, dims);
    const outputs = await session.run({ [session.inputNames[0]]: feed });
    return /** @type {Float32Array} */ (outputs[session.outputNames[0]].data);
  };
  /** @type {ProbeReply} */
  let reply;
  try {
    if (!ort.listSupportedBackends().some(({ name }) => name === provider)) {
      throw new Error(`not part of onnxruntime-node on ${process.platform} ${process.arch}`);
    }
    const [expected, received] = [await run('cpu'), await run(provider)];
    reply = { difference: expected.reduce((most, value, i) => Math.max(most, Math.abs(value - received[i])), 0) };
  } catch (error) {
    reply = { failure: /** @type {Error} */ (error).message };
  }
  process.send?.(reply, () => process.disconnect());
});
