import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import { Float16Array } from '@petamoriken/float16';
import ndarray from 'ndarray';
import { type ByteSource, cutOff } from '../../byteSource.js';
import type { BitDepth, Samples } from '../../raster.js';
import type { Decoded, ReadOptions } from '../format.js';
import { turned } from '../turned.js';
import { unhandled, withoutPixels } from '../unhandled.js';
import { unpackBits, unpackLzw } from './lzw.js';
import type { TiffLayout } from './tiffLayout.js';

/** More than a tile should unpack to, by which some writers round up. */
const SLACK = 65_536;
/** The most that a byte of LZW or PackBits unpacks to. */
const MOST_A_BYTE = 4096;
/** Bytes of a strip or a tile; beyond, Node has no buffer for it. */
const LARGEST_CHUNK = 2 ** 31;
/** Pixels that are put in place before others have their turn. */
const TURN = 1e6;

/**
 * The samples of kinds of TIFF that libvips gets wrong or leaves out: half and double floats, integers of 9 to 15 bits, planes one
 * after the other. Half and double become float32, 9 to 15 bits become 16, from black to white.
 *
 * @throws PerpixelError E_READ where there is less than the tags say
 */
export async function decodeTiff(
  file: ByteSource,
  layout: TiffLayout,
  { orientation, signal }: ReadOptions & { orientation: number },
): Promise<Decoded> {
  const { height, width, samples, isPlanar, isFloat, bits, chunk } = layout;
  const bitDepth: BitDepth = isFloat ? 32 : bits > 8 ? 16 : 8;
  const together = isPlanar ? 1 : samples;
  const colours = samples < 3 ? 1 : 3;
  const make = (length: number): Samples =>
    bitDepth === 32 ? new Float32Array(length) : bitDepth === 16 ? new Uint16Array(length) : new Uint8Array(length);
  const pixels = make(height * width * colours);
  const alpha = samples > colours ? make(height * width) : undefined;

  const across = Math.ceil(width / chunk.width);
  const down = Math.ceil(height / chunk.height);
  const rowsATurn = Math.ceil(TURN / chunk.width);
  for (let i = 0; i < across * down * (isPlanar ? samples : 1); i++) {
    signal?.throwIfAborted();
    const plane = Math.floor(i / (across * down));
    const [row, column] = [Math.floor((i % (across * down)) / across), i % across];
    const top = row * chunk.height;
    const left = column * chunk.width;
    // The last strip is as high as what is left; tiles are always whole.
    const rows = chunk.isTile ? chunk.height : Math.min(chunk.height, height - top);
    const values = await valuesOf(file, layout, { index: i, rows, together });
    for (let y = 0; y < Math.min(rows, height - top); y++) {
      if (y % rowsATurn === 0) await setImmediate();
      for (let x = 0; x < Math.min(chunk.width, width - left); x++) {
        const from = (y * chunk.width + x) * together;
        const to = (top + y) * width + left + x;
        for (let s = 0; s < together; s++) {
          const channel = plane + s;
          if (channel < colours) pixels[to * colours + channel] = values[from + s];
          else if (alpha) alpha[to] = values[from + s];
        }
      }
    }
  }
  return turned(
    {
      pixels: ndarray(pixels, [height, width, colours]),
      ...(alpha && { alpha: ndarray(alpha, [height, width]) }),
      metadata: { bitDepth },
    },
    orientation,
  );
}

/** The samples of one strip or tile. */
async function valuesOf(
  file: ByteSource,
  { bits, chunk, isFloat, littleEndian, predictor, compression, offsets, lengths }: TiffLayout,
  { index, rows, together }: { index: number; rows: number; together: number },
): Promise<ArrayLike<number>> {
  const rowBytes = Math.ceil((chunk.width * together * bits) / 8);
  const expected = rows * rowBytes;
  if (expected > LARGEST_CHUNK)
    throw unhandled('a TIFF of huge tiles', 'tiles of less than 2 GB', 'Save it again in strips.');
  const [at, length] = [offsets[index], lengths[index]];
  if (at === undefined || length === undefined) throw withoutPixels('TIFF');
  const bytes = await unpacked(await file.readExactly(at, length), compression, expected);
  if (bytes.length < expected) throw cutOff(at + length, file.size);
  if (bits > 8 && bits < 16) return packed(bytes, { rows, rowBytes, count: chunk.width * together, bits });
  const whole = Buffer.from(bytes.subarray(0, expected));
  if (predictor === 3) undoFloatPredictor(whole, { rowBytes, together, width: bits / 8 });
  else if (!littleEndian) swap(whole, bits / 8);
  const { buffer } = new Uint8Array(whole);
  if (predictor === 2) undoDifferences(arrayOf(buffer, bits), rowBytes / (bits / 8), together);
  if (!isFloat) return arrayOf(buffer, bits);
  return bits === 16 ? new Float16Array(buffer) : bits === 32 ? new Float32Array(buffer) : new Float64Array(buffer);
}

async function unpacked(bytes: Buffer, compression: number, expected: number): Promise<Buffer> {
  const possible = Math.min(expected, bytes.length * MOST_A_BYTE);
  if (compression === 5) return unpackLzw(bytes, possible);
  if (compression === 32_773) return unpackBits(bytes, possible);
  if (compression === 1) return bytes;
  return promisify(inflate)(bytes, { maxOutputLength: expected + SLACK }).catch(() => {
    throw withoutPixels('TIFF');
  }) as Promise<Buffer>;
}

/** Integers of 9 to 15 bits, the highest bit first, each row from a byte of its own, at the depth of 16. */
function packed(
  bytes: Buffer,
  { rows, rowBytes, count, bits }: { rows: number; rowBytes: number; count: number; bits: number },
): Uint16Array {
  const values = new Uint16Array(rows * count);
  const white = 2 ** bits - 1;
  for (let y = 0, i = 0; y < rows; y++) {
    let at = y * rowBytes;
    let held = 0;
    let left = 0;
    for (let n = 0; n < count; n++) {
      while (left < bits) {
        held = (held << 8) | bytes[at++];
        left += 8;
      }
      left -= bits;
      values[i++] = Math.round((((held >>> left) & white) / white) * 65_535);
      held &= 2 ** left - 1;
    }
  }
  return values;
}

function arrayOf(buffer: ArrayBuffer, bits: number): Uint8Array | Uint16Array | Uint32Array {
  return bits === 8 ? new Uint8Array(buffer) : bits === 16 ? new Uint16Array(buffer) : new Uint32Array(buffer);
}

function swap(bytes: Buffer, width: number): void {
  if (width === 2) bytes.swap16();
  else if (width === 4) bytes.swap32();
  else if (width === 8) bytes.swap64();
}

/** Predictor 2: each sample is the difference to the one before of its channel. */
function undoDifferences(values: Uint8Array | Uint16Array | Uint32Array, rowLength: number, together: number): void {
  for (let row = 0; row < values.length; row += rowLength) {
    for (let i = row + together; i < row + rowLength; i++) values[i] += values[i - together];
  }
}

/** Predictor 3 (Adobe's TIFF technical note 3): differences of bytes, the highest byte of all samples of a row first. */
function undoFloatPredictor(
  bytes: Buffer,
  { rowBytes, together, width }: { rowBytes: number; together: number; width: number },
): void {
  const count = rowBytes / width;
  const row = Buffer.alloc(rowBytes);
  for (let start = 0; start < bytes.length; start += rowBytes) {
    bytes.copy(row, 0, start, start + rowBytes);
    for (let i = together; i < rowBytes; i++) row[i] = (row[i] + row[i - together]) & 255;
    for (let i = 0; i < count; i++) {
      for (let b = 0; b < width; b++) bytes[start + i * width + width - 1 - b] = row[b * count + i];
    }
  }
}
