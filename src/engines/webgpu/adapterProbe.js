// @ts-check
// Plain JavaScript, because Node loads it by itself: from dist/ for users and from src/ for tests.
import process from 'node:process';

/**
 * Asks for a GPU, and says what it is. A process of its own, since a driver may crash the one that it is loaded in.
 *
 * @typedef {{ description: string } | { missing: string } | { failure: string }} ProbeReply
 */

/** @returns {Promise<ProbeReply>} */
async function probe() {
  let webgpu;
  try {
    await import('@tensorflow/tfjs-backend-webgpu');
    webgpu = await import('webgpu');
  } catch (error) {
    return { missing: /** @type {Error} */ (error).message };
  }
  Object.assign(globalThis, webgpu.globals);
  const adapter = await webgpu.create([]).requestAdapter();
  return adapter ? { description: adapter.info.description } : { failure: 'no GPU that WebGPU can use' };
}

process.once('message', async () => {
  /** @type {ProbeReply} */
  const reply = await probe().catch((error) => ({ failure: String(error) }));
  process.send?.(reply, () => process.exit());
});
