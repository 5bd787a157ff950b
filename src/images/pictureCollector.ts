import { PerpixelError } from '../core/errors.js';
import { formatOf, HEAD_LENGTH } from './formats/lookup.js';

/** Of a picture that comes piece by piece, and has to be in memory whole: 1 GiB. */
const LARGEST = 2 ** 30;

/** The bytes of a picture that comes piece by piece. What is no picture, or never ends, is refused as soon as that shows. */
export class PictureCollector {
  readonly #pieces: Uint8Array[] = [];
  #size = 0;

  /** @throws PerpixelError E_FORMAT, by the first bytes; E_SIZE where it becomes too large */
  add(piece: Uint8Array): void {
    const headWasWhole = this.#size >= HEAD_LENGTH;
    this.#pieces.push(piece);
    this.#size += piece.length;
    if (!headWasWhole && this.#size >= HEAD_LENGTH) formatOf(Buffer.concat(this.#pieces));
    if (this.#size <= LARGEST) return;
    throw new PerpixelError({
      code: 'E_SIZE',
      received: 'more than 1 GiB, and no end',
      expected: 'a picture of at most 1 GiB on a pipe',
      cure: 'Write it to a file, and name that.',
    });
  }

  /** All of it; what was collected is let go. */
  take(): Buffer {
    return Buffer.concat(this.#pieces.splice(0));
  }
}

/** @throws PerpixelError as PictureCollector does */
export async function collectPicture(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const collector = new PictureCollector();
  for await (const piece of stream) collector.add(piece);
  return collector.take();
}
