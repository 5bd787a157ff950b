import type { Writable } from 'node:stream';

/** Resolves when the stream has taken the bytes; rejects where it is broken or closed, which a wait for `drain` would not. */
export function writeAll(stream: Writable, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
