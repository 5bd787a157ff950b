import type { Layout } from './layout.js';
import type { VideoFormat } from './videoFormat.js';

/**
 * The start of an IVF stream. IVF is the simplest container that has a time for each frame, which y4m has not; FFmpeg reads
 * from it whatever four letters it knows, uncompressed frames among them. Format: `libavformat/ivfdec.c`; 32 bytes.
 */
export function ivfHeader({ width, height, timeBase, layout }: VideoFormat): Uint8Array {
  const header = Buffer.alloc(32);
  header.write('DKIF', 0, 'latin1');
  header.writeUInt16LE(32, 6);
  fourLetters(layout).copy(header, 8);
  header.writeUInt16LE(width, 12);
  header.writeUInt16LE(height, 14);
  header.writeUInt32LE(timeBase.den, 16);
  header.writeUInt32LE(timeBase.num, 20);
  return header;
}

/** What stands before a frame's bytes: their number, and its time in ticks. */
export function ivfFrameHeader(bytes: number, pts: number): Uint8Array {
  const header = Buffer.alloc(12);
  header.writeUInt32LE(bytes, 0);
  header.writeBigInt64LE(BigInt(pts), 4);
  return header;
}

/** FFmpeg's letters of uncompressed planes: `libavcodec/raw.c`. Above 8 bits the depth itself is the last of them. */
function fourLetters(layout: Layout): Buffer {
  if (layout.samples === 'grey') return layout.bits > 8 ? letters('Y1', 0, layout.bits) : letters('Y800');
  if (layout.samples === 'rgb') throw new TypeError('RGB goes to an encoder as planes of 4:4:4');
  if (layout.bits === 8) return letters({ '420': 'I420', '422': 'Y42B', '411': 'Y41B', '444': '444P' }[layout.chroma]);
  return letters('Y3', { '420': 11, '422': 10, '411': 0, '444': 0 }[layout.chroma], layout.bits);
}

function letters(text: string, ...codes: number[]): Buffer {
  return Buffer.concat([Buffer.from(text, 'latin1'), Buffer.from(codes)]);
}
