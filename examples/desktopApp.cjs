/**
 * The far end of a desktop program's window: it is told what to clean and what the user has changed his mind about, and tells how far it is.
 * Here the window is the process that has forked this one; in Electron `process.on` and `process.send` are
 * `ipcMain.handle` and `webContents.send`, and nothing else changes: `worker: true` keeps the main process answering.
 */
const { denoise } = require('perpixel');

/** @typedef {{ id: number, photo: string, output: string } | { id: number, cancel: true }} Asked */

/** What is under way, by the window's own numbers. @type {Map<number, AbortController>} */
const underWay = new Map();

/** @param {object} message */
const tell = (message) => process.send?.(message);

process.on('message', async (/** @type {Asked} */ asked) => {
  const { id } = asked;
  if ('cancel' in asked) return underWay.get(id)?.abort();
  const aborter = new AbortController();
  underWay.set(id, aborter);
  try {
    const { signal } = aborter;
    const onProgress = (/** @type {number} */ share) => tell({ id, share });
    const output = await denoise(asked.photo, { output: asked.output, signal, onProgress, worker: true });
    tell({ id, output });
  } catch (error) {
    if (aborter.signal.aborted) tell({ id, cancelled: true });
    else tell({ id, error: error instanceof Error ? error.message : String(error) });
  } finally {
    underWay.delete(id);
  }
});
