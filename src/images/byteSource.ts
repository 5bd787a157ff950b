import { type FileHandle, open } from 'node:fs/promises';

const WINDOW = 65_536;
/** Node reads at most 2 GiB at once. */
const LONGEST_READ = 2 ** 30;

/** Bytes that are read where they are needed, of a file or of a buffer: headers are few, photos are large. */
export class ByteSource {
  #windowStart = 0;
  #window: Buffer<ArrayBufferLike> = Buffer.alloc(0);

  private constructor(
    readonly size: number,
    readonly readInto: (target: Uint8Array, offset: number) => Promise<number>,
    readonly close: () => Promise<void>,
  ) {}

  static ofBuffer(buffer: Buffer): ByteSource {
    return new ByteSource(
      buffer.length,
      async (target, offset) => buffer.copy(target, 0, offset, offset + target.length),
      async () => {},
    );
  }

  static async ofFile(path: string): Promise<ByteSource> {
    const file = await open(path, 'r');
    const { size } = await file.stat();
    return new ByteSource(
      size,
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
