// @ts-check
// Plain JavaScript, because Node loads it by itself: from dist/ for users and from src/ for tests.
import { parentPort, workerData } from 'node:worker_threads';

/**
 * Decodes the picture of a HEIC file with libheif, called as its C interface has it: the class that libheif-js has for it makes RGBA of 8
 * bits of everything. See heif.h of libheif 1.23 for the numbers below.
 *
 * @typedef {{ bytes: Uint8Array, limitPixels?: number }} HeicRequest
 * @typedef {{ height: number, width: number, pixels: Uint8Array | Uint16Array, alpha?: Uint8Array | Uint16Array }} HeicPicture
 *   upright; `pixels` of one channel or three, `alpha` of one; with more than 8 bits scaled to 16
 * @typedef {import('../decodeApart.js').ApartReply<HeicPicture>} Reply
 */

const RGB = 1;
const GREY = 2;
const CHROMA = { grey: 0, rgb: 10, rgba: 11, deepRgb: 14, deepRgba: 15 };
const CHANNEL = { grey: 0, alpha: 6, interleaved: 10 };
/** Of `heif_error_code`. */
const [UNSUPPORTED_FILETYPE, UNSUPPORTED_FEATURE, OUT_OF_MEMORY] = [3, 4, 6];
/** Where `max_image_size_pixels` stands in `heif_security_limits`. */
const MOST_PIXELS_AT = 8;
/** Where `strict_decoding` stands in `heif_decoding_options`: damage is an error, and nothing is made up for it. */
const STRICT_AT = 21;

class Failure extends Error {
  /** @param {'damaged' | 'unhandled' | 'memory'} kind @param {string} reason */
  constructor(kind, reason) {
    super(reason);
    this.kind = kind;
  }
}

reply().then(
  ({ message, memory }) => parentPort?.postMessage(message, memory),
  (error) => {
    const isMissing = error?.code === 'ERR_MODULE_NOT_FOUND';
    const isMemory = error instanceof RangeError || /memory|OOM/i.test(String(error?.message));
    const failure = isMissing ? 'missing' : (error.kind ?? (isMemory ? 'memory' : 'damaged'));
    parentPort?.postMessage({ failure, reason: String(error?.message ?? error) });
  },
);

/** @returns {Promise<{ message: Reply, memory: ArrayBuffer[] }>} */
async function reply() {
  const { default: heif } = await import('libheif-js/wasm-bundle.js');
  const result = decode(heif, workerData);
  const memory = [result.pixels, ...(result.alpha ? [result.alpha] : [])].map(
    ({ buffer }) => /** @type {ArrayBuffer} */ (buffer),
  );
  return { message: { result }, memory };
}

/** @param {import('libheif-js/wasm-bundle.js').LibHeif} heif @param {HeicRequest} request @returns {HeicPicture} */
function decode(heif, { bytes, limitPixels }) {
  const error = heif._malloc(12);
  const out = heif._malloc(8);
  /** @param {(error: number, ...rest: number[]) => void} call @param {number[]} args */
  const check = (call, ...args) => {
    call(error, ...args);
    const [code, , text] = heif.HEAPU32.subarray(error >> 2, (error >> 2) + 3);
    if (code !== 0) throw new Failure(kindOf(code), textAt(heif, text));
  };
  const data = heif._malloc(bytes.length);
  if (data === 0) throw new Failure('memory', 'no room for the file');
  heif.HEAPU8.set(bytes, data);
  const context = heif._heif_context_alloc();
  if (limitPixels !== undefined) {
    const limits = heif._heif_context_get_security_limits(context);
    heif.HEAPU32.set([Math.min(limitPixels, 2 ** 32 - 1), 0], (limits + MOST_PIXELS_AT) >> 2);
  }
  check(heif._heif_context_read_from_memory_without_copy, context, data, bytes.length, 0);
  check(heif._heif_context_get_primary_image_handle, context, out);
  const handle = heif.HEAPU32[out >> 2];
  const isDeep = heif._heif_image_handle_get_luma_bits_per_pixel(handle) > 8;
  const hasAlpha = heif._heif_image_handle_has_alpha_channel(handle) !== 0;
  check(heif._heif_image_handle_get_preferred_decoding_colorspace, handle, out, out + 4);
  const isGrey = heif.HEAPU32[out >> 2] === GREY;
  const { deepRgba, deepRgb, rgba, rgb, grey } = CHROMA;
  const chroma = isGrey ? grey : hasAlpha ? (isDeep ? deepRgba : rgba) : isDeep ? deepRgb : rgb;
  const options = heif._heif_decoding_options_alloc();
  heif.HEAPU8[options + STRICT_AT] = 1;
  check(heif._heif_decode_image, handle, out, isGrey ? GREY : RGB, chroma, options);
  const image = heif.HEAPU32[out >> 2];
  if (heif._heif_image_get_decoding_warnings(image, 0, 0, 0) > 0) throw new Failure('damaged', 'damaged pixels');

  /** @param {number} channel @param {number} samples a pixel @returns {Uint8Array | Uint16Array} */
  const plane = (channel, samples) => {
    const start = heif._heif_image_get_plane_readonly(image, channel, out);
    const stride = heif.HEAPU32[out >> 2];
    const [height, width] = sizeOf(channel);
    const scale = 65_535 / (2 ** heif._heif_image_get_bits_per_pixel_range(image, channel) - 1);
    const dense = isDeep ? new Uint16Array(height * width * samples) : new Uint8Array(height * width * samples);
    for (let y = 0; y < height; y++) {
      const at = start + y * stride;
      const row = isDeep
        ? heif.HEAPU16.subarray(at >> 1, (at >> 1) + width * samples).map((value) => value * scale + 0.5)
        : heif.HEAPU8.subarray(at, at + width * samples);
      dense.set(row, y * width * samples);
    }
    return dense;
  };
  /** @param {number} channel */
  const sizeOf = (channel) => [heif._heif_image_get_height(image, channel), heif._heif_image_get_width(image, channel)];

  const [height, width] = sizeOf(isGrey ? CHANNEL.grey : CHANNEL.interleaved);
  if (isGrey) {
    const alpha = hasAlpha ? { alpha: plane(CHANNEL.alpha, 1) } : {};
    return { height, width, pixels: plane(CHANNEL.grey, 1), ...alpha };
  }
  if (!hasAlpha) return { height, width, pixels: plane(CHANNEL.interleaved, 3) };
  const all = plane(CHANNEL.interleaved, 4);
  const pixels = isDeep ? new Uint16Array(height * width * 3) : new Uint8Array(height * width * 3);
  const alpha = isDeep ? new Uint16Array(height * width) : new Uint8Array(height * width);
  for (let i = 0; i < alpha.length; i++) {
    pixels.set(all.subarray(4 * i, 4 * i + 3), 3 * i);
    alpha[i] = all[4 * i + 3];
  }
  return { height, width, pixels, alpha };
}

/** @param {number} code */
function kindOf(code) {
  if (code === OUT_OF_MEMORY) return 'memory';
  return code === UNSUPPORTED_FEATURE || code === UNSUPPORTED_FILETYPE ? 'unhandled' : 'damaged';
}

/** @param {import('libheif-js/wasm-bundle.js').LibHeif} heif @param {number} at */
function textAt({ HEAPU8 }, at) {
  return Buffer.from(HEAPU8.subarray(at, HEAPU8.indexOf(0, at))).toString('utf8');
}
