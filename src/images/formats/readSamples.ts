import { Float16Array } from '@petamoriken/float16';
import { type ByteSource, cutOff } from '../byteSource.js';
import type { Samples } from '../raster.js';

interface Layout {
  /** Where the first sample stands. */
  at: number;
  count: number;
  bytes: 1 | 2 | 4 | 8;
  float: boolean;
  littleEndian: boolean;
}

/**
 * Samples as they stand in a file, one after the other; float16 and float64 become float32.
 *
 * @throws PerpixelError E_READ where the file ends before
 */
export async function readSamples(
  file: ByteSource,
  { at, count, bytes, float, littleEndian }: Layout,
): Promise<Samples> {
  const length = count * bytes;
  if (file.size < at + length) throw cutOff(file.size, at + length);
  const raw = new Uint8Array(length);
  // Less than the file had when it was opened: somebody cuts it meanwhile.
  const read = await file.readInto(raw, at);
  if (read < length) throw cutOff(at + read, at + length);
  const whole = Buffer.from(raw.buffer);
  if (!littleEndian) turn(whole, bytes);
  if (bytes === 8) return Float32Array.from(new Float64Array(raw.buffer));
  if (float && bytes === 2) return Float32Array.from(new Float16Array(raw.buffer));
  if (float) return new Float32Array(raw.buffer);
  return bytes === 2 ? new Uint16Array(raw.buffer) : raw;
}

function turn(bytes: Buffer, width: number): void {
  if (width === 2) bytes.swap16();
  else if (width === 4) bytes.swap32();
  else if (width === 8) bytes.swap64();
}
