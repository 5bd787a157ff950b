import { PerpixelError } from '../core/errors.js';
import { ByteReader } from './byteReader.js';
import { cutOff } from './cutOff.js';
import type { CodedFrame, VideoSource } from './frame.js';
import { frameBytes } from './layout.js';
import type { VideoColour } from './videoFormat.js';
import { parseY4mHeader } from './y4mHeader.js';

const LONGEST_HEADER = 1024;
const MARKER = 'FRAME';

/**
 * Opens a y4m stream: reads its first line now, and frames as they are asked for. A frame whose marker is damaged is told of
 * and handed out all the same, since its place is known by counting; one that is cut off is the last frame again.
 *
 * @throws PerpixelError E_FORMAT it is another format
 */
export async function readY4m(bytes: AsyncIterable<Uint8Array>, colour?: Partial<VideoColour>): Promise<VideoSource> {
  const reader = new ByteReader(bytes);
  const format = parseY4mHeader(await reader.readLine(LONGEST_HEADER), colour);
  const length = frameBytes(format.layout, format);
  async function* frames(): AsyncGenerator<CodedFrame> {
    let last: Uint8Array | undefined;
    try {
      for (let index = 0; ; index++) {
        const marker = await reader.readLine(LONGEST_HEADER);
        if (marker === '') return;
        const frame = await reader.read(length);
        if (frame.length < length) {
          yield { index, pts: index, ...cutOff(frame.length, length, index, last) };
          return;
        }
        last = frame;
        const isSound = marker === MARKER || marker.startsWith(`${MARKER} `);
        yield { index, pts: index, bytes: frame, ...(!isSound && { error: badMarker(marker, index) }) };
      }
    } finally {
      await reader.close();
    }
  }
  return { format, close: () => reader.close(), [Symbol.asyncIterator]: frames };
}

function badMarker(marker: string, index: number): PerpixelError {
  return new PerpixelError({
    code: 'E_READ',
    subject: `frame ${index}`,
    received: `${JSON.stringify(marker.slice(0, 20))} before it`,
    expected: MARKER,
    cure: 'Something in the pipe changes bytes; look at this frame and those after it.',
  });
}
