// @ts-check
// Plain JavaScript, because Node loads it by itself: from dist/ for users and from src/ for tests.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

/**
 * Develops the raw file of a camera with LibRaw: demosaiced and white balanced as the camera had it, in light; then to the colours
 * of sRGB and its curve, nothing cut off at black, so that noise stays as it was, its mean too.
 *
 * @typedef {{ bytes: Uint8Array, linearBlack?: number }} RawRequest linearBlack: the level of black of a file that has been demosaiced,
 *   which LibRaw keeps apart from the one that it tells of
 * @typedef {{
 *   height: number, width: number, pixels: Float32Array,
 *   gains: number[], daylight: number[], matrix: number[][], camera: string, flip: number,
 *   mosaic?: { cells: Uint16Array, rows: number, columns: number, black: number },
 *   facts: { make: string, model: string, iso: number, shutter: number, aperture: number, focal: number, seconds: number },
 * }} RawPicture upright; pixels `[height, width, 3]`, sRGB, 0..1 and a little below
 * @typedef {import('../decodeApart.js').ApartReply<RawPicture>} Reply
 */

/** Demosaicing: DHT is nearer to what was before the camera, and takes 13 bytes a pixel, AHD next to none. */
const [AHD, DHT] = [3, 11];
/** Pixels that DHT has room for beside all else, in the 2 GB of LibRaw. */
const MOST_DHT = 48_000_000;
/** Below black, in parts of white, is room for noise. */
const PEDESTAL = 0.03;
/** Two by two photosites that are kept for the noise to be measured in: more say no more. */
const MOST_CELLS = 2_000_000;
/** Rows of them that stay together. */
const BAND = 64;

develop().then(
  (result) => {
    /** @type {Reply} */
    const message = { result };
    const arrays = [result.pixels, ...(result.mosaic ? [result.mosaic.cells] : [])];
    parentPort?.postMessage(
      message,
      arrays.map(({ buffer }) => /** @type {ArrayBuffer} */ (buffer)),
    );
  },
  (error) => {
    const reason = String(error?.message ?? error);
    const isMissing = ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(error?.code);
    const failure = isMissing
      ? 'missing'
      : (error?.kind ??
        (/unsupported|not supported/i.test(reason)
          ? 'unhandled'
          : error instanceof RangeError || /memory|OOM|alloc/i.test(reason)
            ? 'memory'
            : 'damaged'));
    parentPort?.postMessage({ failure, reason });
  },
);

/** @returns {Promise<RawPicture>} */
async function develop() {
  const { default: load } = await import('libraw-wasm/dist/libraw.js');
  // The package fetches it, which Node does not do with files.
  const wasm = readFileSync(createRequire(import.meta.url).resolve('libraw-wasm/dist/libraw.wasm'));
  /** @type {WebAssembly.Memory | undefined} */
  let memory;
  const { LibRaw } = await load({
    instantiateWasm(imports, done) {
      WebAssembly.instantiate(wasm, imports).then(({ instance, module }) => {
        const all = [instance.exports, ...Object.values(imports)].flatMap((part) => Object.values(part));
        memory = all.find((each) => each instanceof WebAssembly.Memory);
        done(instance, module);
      });
      return {};
    },
  });
  try {
    return developedBy(new LibRaw());
  } catch (error) {
    const address = /** @type {{ excPtr?: number }} */ (error)?.excPtr;
    throw address && memory ? inWords(address, memory) : error;
  }
}

/** @param {import('libraw-wasm/dist/libraw.js').LibRaw} camera @returns {RawPicture} */
function developedBy(camera) {
  /** @type {RawRequest} */
  const { bytes, linearBlack } = workerData;
  camera.open(bytes, {});
  const facts = camera.metadata(true);
  const { colors, color_data: colour } = facts;
  if (colors !== 3) throw unhandled(`a sensor of ${colors === 1 ? 'grey' : `${colors} colours`}`);
  const { maximum: white } = colour;
  const black = linearBlack ?? colour.black;
  if (!(white > black)) throw new Error(`white at ${white} and black at ${black}`);
  const gains = balance(colour.cam_mul) ?? balance(colour.pre_mul) ?? [1, 1, 1];
  const mosaic = facts.filters > 1000 ? mosaicOf(camera, facts) : undefined;

  // What is below black is not cut off, and what is above white only here, where all colours are.
  const range = white - black;
  const below = Math.min(black, Math.round(PEDESTAL * range));
  // Of LibRaw the level of white counts from black.
  const most = Math.round((range + below) * Math.max(...gains));
  camera.open(bytes, {
    userMul: [...gains, gains[1]],
    userBlack: black - below,
    ...(linearBlack !== undefined && { userCblack: [0, 0, 0, 0] }),
    userSat: most,
    adjustMaximumThr: 0,
    outputColor: 0,
    outputBps: 16,
    gamm: [1, 1, 0, 0, 0, 0],
    noAutoBright: true,
    userQual: facts.width * facts.height > MOST_DHT ? AHD : DHT,
  });
  const { height, width, data } = camera.imageData();
  const matrix = colour.rgb_cam.slice(0, 3).map((row) => row.slice(0, 3));
  return {
    height,
    width,
    pixels: inSrgb(data, {
      scale: most / 65_535 / range,
      offsets: gains.map((gain) => (below * gain) / range),
      matrix,
    }),
    gains,
    daylight: balance(colour.pre_mul) ?? gains,
    matrix,
    camera: colour.UniqueCameraModel || `${facts.camera_make} ${facts.camera_model}`.trim(),
    flip: facts.flip,
    ...(mosaic && { mosaic }),
    facts: {
      make: facts.camera_make,
      model: facts.camera_model,
      iso: facts.iso_speed,
      shutter: facts.shutter,
      aperture: facts.aperture,
      focal: facts.focal_len,
      seconds: facts.timestamp,
    },
  };
}

/** @param {Uint16Array} data @param {{ scale: number, offsets: number[], matrix: number[][] }} how */
function inSrgb(data, { scale, offsets, matrix }) {
  const pixels = new Float32Array(data.length);
  const [[a, b, c], [d, e, f], [g, h, k]] = matrix;
  for (let i = 0; i < data.length; i += 3) {
    const red = Math.min(1, data[i] * scale - offsets[0]);
    const green = Math.min(1, data[i + 1] * scale - offsets[1]);
    const blue = Math.min(1, data[i + 2] * scale - offsets[2]);
    pixels[i] = curve(a * red + b * green + c * blue);
    pixels[i + 1] = curve(d * red + e * green + f * blue);
    pixels[i + 2] = curve(g * red + h * green + k * blue);
  }
  return pixels;
}

/** The curve of sRGB, the same below black. @param {number} light */
function curve(light) {
  const size = Math.abs(light);
  const value = size <= 0.0031308 ? 12.92 * size : 1.055 * size ** (1 / 2.4) - 0.055;
  return light < 0 ? -value : value;
}

/** @param {number[]} multipliers @returns {number[] | undefined} with 1 as the least; none where they make no sense */
function balance([red, green, blue]) {
  const least = Math.min(red, green, blue);
  return least > 0 && Number.isFinite(red + green + blue) ? [red / least, green / least, blue / least] : undefined;
}

/** @param {import('libraw-wasm/dist/libraw.js').LibRaw} camera @param {import('libraw-wasm/dist/libraw.js').Facts} facts */
function mosaicOf(camera, { color_data: { black, maximum: white } }) {
  const raw = camera.rawImageData();
  if (!raw?.data) return undefined;
  const { data, raw_width: stride, top_margin: top, left_margin: left } = raw;
  const [all, columns] = [raw.height >> 1, raw.width >> 1];
  const bands = Math.ceil(all / BAND);
  const every = Math.ceil((all * columns) / MOST_CELLS);
  const rows = [];
  for (let band = 0; band < bands; band += every) {
    for (let row = band * BAND; row < Math.min(all, (band + 1) * BAND); row++) rows.push(row);
  }
  const cells = new Uint16Array(rows.length * columns * 4);
  const scale = 65_535 / white;
  let i = 0;
  for (const row of rows) {
    for (let column = 0; column < columns; column++) {
      for (let site = 0; site < 4; site++) {
        const at = (top + 2 * row + (site >> 1)) * stride + left + 2 * column + (site & 1);
        cells[i++] = Math.min(65_535, data[at] * scale + 0.5);
      }
    }
  }
  return { cells, rows: rows.length, columns, black: black / white };
}

/** What LibRaw throws by itself: the numbers of its `LibRaw_exceptions`. */
const [ALLOC, ENDS, JPEG_2000, TOO_BIG, POOL, UNSUPPORTED] = [1, 4, 9, 10, 11, 12];

/**
 * An exception of C++, which comes as its address alone: its type stands 20 bytes before it, and that one's name behind its first word.
 *
 * @param {number} address @param {WebAssembly.Memory} memory
 */
function inWords(address, memory) {
  const bytes = Buffer.from(memory.buffer);
  /** @param {number} at */
  const textAt = (at) => bytes.toString('latin1', at, bytes.indexOf(0, at));
  const type = textAt(bytes.readUInt32LE(bytes.readUInt32LE(address - 20) + 4));
  if (type.includes('bad_alloc')) return new RangeError('out of memory');
  if (!type.includes('LibRaw_exceptions')) {
    // As `open_buffer() failed with code -2`.
    const reason = type.includes('_error') ? textAt(bytes.readUInt32LE(address + 4)) : type;
    if (/code -2$/.test(reason)) return unhandled('LibRaw does not know its kind, or its beginning is damaged');
    // 48 is ENOMEM of WASI.
    return /code (-100007$|48:)/.test(reason) ? new RangeError(reason) : new Error(reason);
  }
  const thrown = bytes.readUInt32LE(address);
  if ([ALLOC, TOO_BIG, POOL].includes(thrown)) return new RangeError('out of memory');
  if ([JPEG_2000, UNSUPPORTED].includes(thrown)) return unhandled('LibRaw cannot unpack how its pixels are compressed');
  return new Error(thrown === ENDS ? 'it ends before its pixels do' : 'what stands in their place makes no sense');
}

/** @param {string} reason */
function unhandled(reason) {
  return Object.assign(new Error(reason), { kind: 'unhandled' });
}
