import { withoutPixels } from '../unhandled.js';

/** A channel of a block: its columns, the bytes of a sample, and how many of these, from the highest on, are kept. */
export interface Pxr24Channel {
  width: number;
  bytes: 2 | 4;
  kept: 2 | 3 | 4;
}

/**
 * PXR24 behind its deflate: of each line of a channel the differences of neighbours, their highest bytes first; floats without their lowest.
 *
 * @returns the lines of the block, as they stand in a file that is not compressed
 * @throws PerpixelError E_READ
 */
export function unpackPxr24(inflated: Buffer, channels: readonly Pxr24Channel[], rows: number): Buffer {
  const rowBytes = (of: 'bytes' | 'kept') => channels.reduce((sum, channel) => sum + channel.width * channel[of], 0);
  if (inflated.length !== rows * rowBytes('kept')) throw withoutPixels('EXR');
  const raw = Buffer.alloc(rows * rowBytes('bytes'));
  let [from, to] = [0, 0];
  for (let row = 0; row < rows; row++) {
    for (const { width, bytes, kept } of channels) {
      for (let x = 0, value = 0; x < width; x++, to += bytes) {
        let difference = 0;
        for (let byte = 0; byte < kept; byte++) {
          difference |= inflated[from + byte * width + x] << (8 * (bytes - 1 - byte));
        }
        value = (value + difference) | 0;
        if (bytes === 2) raw.writeUInt16LE(value & 0xffff, to);
        else raw.writeInt32LE(value, to);
      }
      from += width * kept;
    }
  }
  return raw;
}
