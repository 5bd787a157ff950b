import { PassThrough, Writable } from 'node:stream';
import { main } from '../../src/cli/main.js';

/** A stream that keeps what is written. */
class Kept extends Writable {
  chunks: Buffer[] = [];
  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.chunks.push(Buffer.from(chunk));
    done();
  }
  get bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }
}

export interface RunOptions {
  stdin?: Buffer;
  signal?: AbortSignal;
  /** The width of a terminal; none where not given. */
  columns?: number;
}

/** Runs the command in this process, with a world of its own. */
export async function perpixel(
  args: readonly string[],
  { stdin, signal = new AbortController().signal, columns }: RunOptions = {},
) {
  const stdout = new Kept();
  const stderr = new Kept();
  const code = await main([...args], {
    stdin: new PassThrough().end(stdin),
    stdout,
    stderr: Object.assign(stderr, { isTTY: columns !== undefined, columns }),
    signal,
    env: {},
    cacheDir: '/nowhere',
    graceMs: 500,
  });
  return { code, bytes: stdout.bytes, stdout: stdout.bytes.toString(), stderr: stderr.bytes.toString() };
}
