import { constants, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { PerpixelError } from '../core/errors.js';

const WINDOW = 65_536;
/** Node reads at most 2 GiB at once. */
const LONGEST_READ = 2 ** 30;

/** Bytes that are read where they are needed, of a file or of a buffer: headers are few, photos are large. */
export class ByteSource {
  #windowStart = 0;
  #window: Buffer<ArrayBufferLike> = Buffer.alloc(0);

  private constructor(
    readonly size: number,
    /** What a program that opens files itself is to open: the path, or the bytes. */
    readonly origin: string | Buffer,
    /** Fills `target` from `offset` on; says how many bytes there were, fewer where the source ends. */
    readonly readInto: (target: Uint8Array, offset: number) => Promise<number>,
    readonly close: () => Promise<void>,
  ) {}

  static ofBuffer(buffer: Buffer): ByteSource {
    return new ByteSource(
      buffer.length,
      buffer,
      // A place outside is no error: files of users point where they like.
      async (target, offset) => (offset < buffer.length ? buffer.copy(target, 0, offset, offset + target.length) : 0),
      async () => {},
    );
  }

  /** @throws PerpixelError E_READ for what is no file, such as a folder or a named pipe; and what the system says */
  static async ofFile(path: string): Promise<ByteSource> {
    // A named pipe without a writer would hold up the opening for ever, and with it one of Node's few threads for files.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stats = await file.stat();
    if (!stats.isFile()) {
      await file.close();
      throw noFile(stats);
    }
    return new ByteSource(
      stats.size,
      path,
      (target, offset) => readFully(file, target, offset),
      () => file.close(),
    );
  }

  /** Bytes `offset` to `offset + length`, fewer where the source ends. Small reads near each other cost one. */
  async read(offset: number, length: number): Promise<Buffer> {
    const wanted = Math.max(0, Math.min(length, this.size - offset));
    if (wanted > WINDOW) {
      const bytes = Buffer.allocUnsafeSlow(wanted);
      return bytes.subarray(0, await this.readInto(bytes, offset));
    }
    if (offset < this.#windowStart || offset + wanted > this.#windowStart + this.#window.length) {
      const window = Buffer.allocUnsafeSlow(Math.min(WINDOW, Math.max(0, this.size - offset)));
      this.#window = window.subarray(0, await this.readInto(window, offset));
      this.#windowStart = offset;
    }
    const start = offset - this.#windowStart;
    return this.#window.subarray(start, start + wanted);
  }

  /** The same, or an error. @throws PerpixelError E_READ where the source ends before, or was cut while it was read */
  async readExactly(offset: number, length: number): Promise<Buffer> {
    const bytes = await this.read(offset, length);
    if (bytes.length === length) return bytes;
    throw cutOff(bytes.length > 0 ? offset + bytes.length : this.size, offset + length);
  }
}

/** @param length bytes that there are. @param expected bytes that there should be */
export function cutOff(length: number, expected: number): PerpixelError {
  return new PerpixelError({
    code: 'E_READ',
    received: `a file that ends after ${length} bytes`,
    expected: `${expected} bytes, as its header says`,
    cure: 'The file was cut off: copy or write it again.',
  });
}

async function readFully(file: FileHandle, target: Uint8Array, offset: number): Promise<number> {
  let done = 0;
  while (done < target.length) {
    const { bytesRead } = await file.read(target, done, Math.min(LONGEST_READ, target.length - done), offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}

function noFile(stats: Stats): PerpixelError {
  const parts = { code: 'E_READ', expected: 'a file' } as const;
  if (stats.isDirectory()) {
    const cure = 'Name a file in it, or give the folder to the command.';
    return new PerpixelError({ ...parts, received: 'a folder', cure });
  }
  const received = stats.isFIFO() ? 'a named pipe' : stats.isSocket() ? 'a socket' : 'a device';
  return new PerpixelError({ ...parts, received, cure: 'Save what comes out of it to a file first.' });
}
