import { setImmediate } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import type { ByteSource } from '../../byteSource.js';

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

/** The chunks of a PNG, the last of them as long as the file. */
export async function* chunksOf(file: ByteSource): AsyncGenerator<Chunk> {
  let at = SIGNATURE.length;
  for (let count = 1; at + 12 <= file.size; count++) {
    // Others have their turn: a file can be made of nothing but empty chunks.
    if (count % 1000 === 0) await setImmediate();
    const head = await file.read(at, 8);
    if (head.length < 8) return;
    const length = head.readUInt32BE(0);
    const type = head.toString('latin1', 4, 8);
    // A copy: the source's window moves on.
    const whole = type === 'IDAT' ? Buffer.alloc(0) : Buffer.from(await file.read(at, length + 12));
    const end = at + length + 12;
    yield { type, at, body: whole.subarray(8, 8 + length), whole, end };
    at = end;
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
