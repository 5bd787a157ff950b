import type { CodedFrame, VideoSource } from '../../src/video/frame.js';
import { frameBytes } from '../../src/video/layout.js';
import type { VideoFormat } from '../../src/video/videoFormat.js';

/** A small video's format: 4:2:0 of 8 bits, 25 frames a second. */
export function format(rest: Partial<VideoFormat> = {}): VideoFormat {
  return {
    width: 4,
    height: 2,
    rate: { num: 25, den: 1 },
    timeBase: { num: 1, den: 25 },
    layout: { samples: 'yuv', chroma: '420', bits: 8 },
    colour: { matrix: 'bt601', range: 'limited' },
    ...rest,
  };
}

/** Bytes that look random and are always the same. */
export function noise(length: number, seed = 1): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

/** A source of so many frames of one sample value, that counts how many were read and knows whether it was closed. */
export function countingSource(count: number, video = format()) {
  const seen = { read: 0, closed: false };
  async function* frames(): AsyncGenerator<CodedFrame> {
    try {
      for (let index = 0; index < count; index++) {
        seen.read++;
        yield { index, pts: index, bytes: new Uint8Array(frameBytes(video.layout, video)).fill(index % 256) };
      }
    } finally {
      seen.closed = true;
    }
  }
  const close = async () => {
    seen.closed = true;
  };
  const source: VideoSource = { format: video, total: count, close, [Symbol.asyncIterator]: frames };
  return { seen, source };
}

/** As it would come through a pipe: in pieces of so many bytes. */
export async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}
