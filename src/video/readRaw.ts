import { ByteReader } from './byteReader.js';
import { cutOff } from './cutOff.js';
import type { CodedFrame, VideoSource } from './frame.js';
import { frameBytes } from './layout.js';
import { planarOfNv12 } from './nv12.js';
import type { VideoFormat } from './videoFormat.js';

/** Frames one after another, with nothing between them; what they are, the caller knows. */
export function readRaw(bytes: AsyncIterable<Uint8Array>, format: VideoFormat): VideoSource {
  const length = frameBytes(format.layout, format);
  const reader = new ByteReader(bytes);
  async function* frames(): AsyncGenerator<CodedFrame> {
    let last: Uint8Array | undefined;
    try {
      for (let index = 0; ; index++) {
        const frame = await reader.read(length);
        if (frame.length === 0) return;
        if (frame.length < length) {
          yield { index, pts: index, ...cutOff(frame.length, length, index, last) };
          return;
        }
        last = format.packing === 'nv12' ? planarOfNv12(frame, format) : frame;
        yield { index, pts: index, bytes: last };
      }
    } finally {
      await reader.close();
    }
  }
  return { format, close: () => reader.close(), [Symbol.asyncIterator]: frames };
}
