import { addAbortSignal, Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';

/** Bytes that are handed on at one time. */
const SLICE = 1 << 16;

/** A stream over a call from the bytes of one file to those of another. @param signal destroys the stream */
export function photoStream(
  call: (photo: Buffer, signal: AbortSignal) => Promise<Buffer>,
  signal?: AbortSignal,
): Duplex {
  const aborter = new AbortController();
  const stream = Duplex.from(async function* (source: AsyncIterable<Uint8Array>) {
    const result = await call(await buffer(source), aborter.signal);
    for (let at = 0; at < result.length; at += SLICE) yield result.subarray(at, at + SLICE);
  });
  stream.once('close', () => aborter.abort());
  return signal ? addAbortSignal(signal, stream) : stream;
}
