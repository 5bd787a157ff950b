/** As much memory is taken before there is something to put into it; more as it comes, whatever a header claims. */
const FIRST_ROOM = 2 ** 24;

/** Reads a stream of chunks of any size in pieces of the size that is asked for, and never more than that ahead. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #left: Uint8Array = new Uint8Array(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#chunks = source[Symbol.asyncIterator]();
  }

  /** The next bytes in memory of their own; fewer than `length` only where the stream ends. */
  async read(length: number): Promise<Uint8Array> {
    let bytes = new Uint8Array(Math.min(length, FIRST_ROOM));
    let filled = 0;
    while (filled < length) {
      if (this.#left.length === 0 && !(await this.#refill())) return bytes.subarray(0, filled);
      const part = this.#left.subarray(0, length - filled);
      if (filled + part.length > bytes.length) {
        const larger = new Uint8Array(Math.min(length, Math.max(2 * bytes.length, filled + part.length)));
        larger.set(bytes);
        bytes = larger;
      }
      bytes.set(part, filled);
      filled += part.length;
      this.#left = this.#left.subarray(part.length);
    }
    return bytes;
  }

  /** The text up to the next line feed, which is taken too; at most `longest` characters. */
  async readLine(longest: number): Promise<string> {
    let line = '';
    while (line.length < longest) {
      if (this.#left.length === 0 && !(await this.#refill())) return line;
      const end = this.#left.subarray(0, longest - line.length).indexOf(10);
      const part = this.#left.subarray(0, end < 0 ? longest - line.length : end);
      line += Buffer.from(part).toString('latin1');
      this.#left = this.#left.subarray(end < 0 ? part.length : end + 1);
      if (end >= 0) break;
    }
    return line;
  }

  /** Lets the source know that no more will be read. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #refill(): Promise<boolean> {
    const { done, value } = await this.#chunks.next();
    this.#left = done ? new Uint8Array(0) : value;
    return !done;
  }
}
