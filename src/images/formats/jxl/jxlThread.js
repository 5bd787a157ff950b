// @ts-check
// Plain JavaScript, because Node loads it by itself: from dist/ for users and from src/ for tests.
import { parentPort, workerData } from 'node:worker_threads';

/**
 * Decodes or encodes a JPEG XL picture with the libvips of wasm-vips, which has libjxl.
 *
 * @typedef {Uint8Array | Uint16Array} Samples
 * @typedef {{ height: number, width: number, channels: number, samples: Samples, icc?: Uint8Array }} JxlPicture
 *   interleaved, alpha last; upright. Copies, as the program's own memory cannot go to another thread
 * @typedef {{ decode: Uint8Array } | { encode: JxlPicture, lossless: boolean, quality: number }} JxlRequest
 * @typedef {import('../decodeApart.js').ApartReply<JxlPicture | { bytes: Uint8Array }>} Reply
 */

reply().then(
  ({ message, memory }) => parentPort?.postMessage(message, memory),
  (error) => {
    const reason = wordsOf(error);
    const isMissing = error?.code === 'ERR_MODULE_NOT_FOUND';
    const isMemory =
      error instanceof RangeError || /memory|OOM|std::bad_alloc/i.test(reason.replace('write to memory', ''));
    parentPort?.postMessage({ failure: isMissing ? 'missing' : isMemory ? 'memory' : 'damaged', reason });
  },
);

/** @returns {Promise<{ message: Reply, memory: ArrayBuffer[] }>} */
async function reply() {
  const { default: start } = await import('wasm-vips');
  const vips = await start({ dynamicLibraries: ['vips-jxl.wasm'] });
  vips.concurrency(1);
  /** @type {JxlRequest} */
  const request = workerData;
  const result = 'decode' in request ? decoded(vips, request.decode) : { bytes: encoded(vips, request) };
  const samples = 'bytes' in result ? result.bytes : result.samples;
  return { message: { result }, memory: [/** @type {ArrayBuffer} */ (samples.buffer)] };
}

/** @param {import('wasm-vips').Vips} vips @param {Uint8Array} bytes @returns {JxlPicture} */
function decoded(vips, bytes) {
  const image = vips.Image.jxlloadBuffer(bytes);
  const { height, width, bands: channels } = image;
  const icc = image.getTypeof('icc-profile-data') === 0 ? undefined : image.getBlob('icc-profile-data').slice();
  return { height, width, channels, samples: image.writeToMemory().slice(), ...(icc && { icc }) };
}

/**
 * @param {import('wasm-vips').Vips} vips
 * @param {Extract<JxlRequest, { encode: unknown }>} request
 */
function encoded(vips, { encode: { height, width, channels, samples, icc }, lossless, quality }) {
  const isDeep = samples instanceof Uint16Array;
  const interpretation = channels < 3 ? (isDeep ? 'grey16' : 'b-w') : isDeep ? 'rgb16' : 'srgb';
  const image = vips.Image.newFromMemory(samples, width, height, channels, isDeep ? 'ushort' : 'uchar').copy({
    interpretation,
  });
  if (icc) image.setBlob('icc-profile-data', icc);
  // EXIF would be of its making.
  return image.jxlsaveBuffer({ keep: 'icc', ...(lossless ? { lossless } : { Q: quality }) }).slice();
}

/** What C++ throws has a type and words. @param {unknown} error */
function wordsOf(error) {
  const { message = String(error) } = /** @type {{ message?: unknown }} */ (error ?? {});
  const words = Array.isArray(message) ? message.at(-1) : message;
  return String(words).trim().replaceAll('\n', '; ');
}
