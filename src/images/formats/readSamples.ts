import { PerpixelError } from '../../core/errors.js';
import type { ByteSource } from '../byteSource.js';
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
 * Samples as they stand in a file, one after the other; float64 becomes float32.
 *
 * @throws PerpixelError E_READ where the file ends before
 */
export async function readSamples(
  file: ByteSource,
  { at, count, bytes, float, littleEndian }: Layout,
): Promise<Samples> {
  if (file.size < at + count * bytes) {
    throw new PerpixelError({
      code: 'E_READ',
      received: `${file.size} bytes`,
      expected: `${at + count * bytes}, as its header says`,
      cure: 'The file was cut off: copy or write it again.',
    });
  }
  const raw = new Uint8Array(count * bytes);
  await file.readInto(raw, at);
  const whole = Buffer.from(raw.buffer);
  if (!littleEndian) turn(whole, bytes);
  if (bytes === 8) return Float32Array.from(new Float64Array(raw.buffer));
  if (float) return new Float32Array(raw.buffer);
  return bytes === 2 ? new Uint16Array(raw.buffer) : raw;
}

function turn(bytes: Buffer, width: number): void {
  if (width === 2) bytes.swap16();
  else if (width === 4) bytes.swap32();
  else if (width === 8) bytes.swap64();
}
