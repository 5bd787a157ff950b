import { setImmediate } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import type { ByteSource } from '../../byteSource.js';
import { unhandled } from '../unhandled.js';

const SAVE_AGAIN = 'Open it in the program that made it, and save it again.';

export const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

export interface Chunk {
  type: string;
  at: number;
  /** Empty for pixels. */
  body: Buffer;
  /** With length, type and check sum; empty for pixels. */
  whole: Buffer;
  /** Where the next begins. */
  end: number;
}

/** A photo has some tens beside its pixels, of which each 8 KB may have one. */
const MOST_CHUNKS = 250_000;
/** Bytes that can be metadata. */
const LONGEST = 64 * 2 ** 20;

/**
 * The chunks of a PNG to its last, or to where it was cut off.
 *
 * @throws PerpixelError E_FORMAT for chunks without end, or longer than metadata can be
 */
export async function* chunksOf(file: ByteSource): AsyncGenerator<Chunk> {
  let at = SIGNATURE.length;
  for (let count = 1; at + 12 <= file.size; count++) {
    if (count > MOST_CHUNKS) throw unhandled(`a PNG of more than ${MOST_CHUNKS} chunks`, 'a photo', SAVE_AGAIN);
    // Others have their turn: a file can be made of nothing but empty chunks.
    if (count % 1000 === 0) await setImmediate();
    const head = await file.read(at, 8);
    if (head.length < 8) return;
    const length = head.readUInt32BE(0);
    const type = head.toString('latin1', 4, 8);
    if (type !== 'IDAT' && Math.min(length, file.size - at) > LONGEST) {
      throw unhandled(`a PNG with a chunk of ${length} bytes beside its pixels`, 'a photo', SAVE_AGAIN);
    }
    // A copy: the source's window moves on.
    const whole = type === 'IDAT' ? Buffer.alloc(0) : Buffer.from(await file.read(at, length + 12));
    const end = at + length + 12;
    yield { type, at, body: whole.subarray(8, 8 + length), whole, end };
    at = end;
    if (type === 'IEND') return;
  }
}

export function chunk(type: string, body: Buffer): Buffer {
  const whole = Buffer.alloc(body.length + 12);
  whole.writeUInt32BE(body.length, 0);
  whole.write(type, 4, 'latin1');
  body.copy(whole, 8);
  whole.writeUInt32BE(crc32(whole.subarray(4, -4)), body.length + 8);
  return whole;
}
