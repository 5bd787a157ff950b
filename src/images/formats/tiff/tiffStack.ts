import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import type { NdArray } from 'ndarray';

/** Whole numbers of 8, 16 or 32 bits, `[height, width]` or `[height, width, 1 or 3]`, row by row. */
export type TiffPage = NdArray<Uint8Array> | NdArray<Uint16Array> | NdArray<Uint32Array>;

/** Puts bytes at a place of the file. */
type Put = (bytes: Buffer, at: number) => Promise<unknown>;

const SHORT = 3;
const LONG = 4;
const LONG8 = 16;
/** Where offsets of 32 bits end, less what directories take. */
const CLASSIC = 2 ** 32 - 2 ** 24;

/**
 * Writes a TIFF of several pages, one after another, so that a stack of any length takes the memory of a page. Little endian, a
 * strip a page, deflate; as BigTIFF where it could become larger than 4 GB.
 */
export class TiffStack {
  readonly #put: Put;
  readonly #big: boolean;
  #end: number;
  /** Where the place of the next directory is to be written. */
  #link: number;

  private constructor(put: Put, big: boolean) {
    this.#put = put;
    this.#big = big;
    this.#end = big ? 16 : 8;
    this.#link = big ? 8 : 4;
  }

  /** @param bytes that all pages together take, not compressed */
  static async begin(put: Put, bytes: number): Promise<TiffStack> {
    const big = bytes > CLASSIC;
    await put(Buffer.from(big ? [0x49, 0x49, 43, 0, 8, 0, 0, 0] : [0x49, 0x49, 42, 0]), 0);
    return new TiffStack(put, big);
  }

  /** Into a file that was opened for writing. */
  static ofFile(file: FileHandle, bytes: number): Promise<TiffStack> {
    return TiffStack.begin((part, at) => file.write(part, 0, part.length, at), bytes);
  }

  async add({ data, shape: [height, width, channels = 1] }: TiffPage): Promise<void> {
    const strip = await promisify(deflate)(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    const at = this.#end;
    const directoryAt = at + strip.length + (strip.length % 2);
    const bits = data.BYTES_PER_ELEMENT * 8;
    const wide = this.#big ? LONG8 : LONG;
    const entries: [tag: number, type: number, ...values: number[]][] = [
      [256, LONG, width],
      [257, LONG, height],
      // Three numbers have no room in an entry: of colours, BitsPerSample stands behind the directory.
      [258, SHORT, ...Array<number>(channels).fill(bits)],
      [259, SHORT, 8],
      [262, SHORT, channels === 3 ? 2 : 1],
      [273, wide, at],
      [277, SHORT, channels],
      [278, LONG, height],
      [279, wide, strip.length],
      [284, SHORT, 1],
    ];
    const directory = this.#directory(entries, directoryAt);
    const link = Buffer.alloc(this.#big ? 8 : 4);
    this.#offset(link, directoryAt, 0);
    await this.#put(strip, at);
    await this.#put(directory, directoryAt);
    await this.#put(link, this.#link);
    this.#link = directoryAt + (this.#big ? 8 + 20 * entries.length : 2 + 12 * entries.length);
    this.#end = directoryAt + directory.length;
  }

  #offset(bytes: Buffer, value: number, at: number): void {
    if (this.#big) bytes.writeBigUInt64LE(BigInt(value), at);
    else bytes.writeUInt32LE(value, at);
  }

  #directory(entries: readonly [tag: number, type: number, ...values: number[]][], place: number): Buffer {
    const [head, size, room] = this.#big ? [8, 20, 8] : [2, 12, 4];
    const end = head + size * entries.length + room;
    const bytes = Buffer.alloc(end + 8);
    if (this.#big) bytes.writeBigUInt64LE(BigInt(entries.length), 0);
    else bytes.writeUInt16LE(entries.length, 0);
    entries.forEach(([tag, type, ...values], i) => {
      const at = head + size * i;
      bytes.writeUInt16LE(tag, at);
      bytes.writeUInt16LE(type, at + 2);
      this.#offset(bytes, values.length, at + 4);
      const fits = type !== SHORT || values.length * 2 <= room;
      const valueAt = fits ? at + 4 + room : end;
      if (!fits) this.#offset(bytes, place + end, at + 4 + room);
      if (type === SHORT) values.forEach((value, n) => void bytes.writeUInt16LE(value, valueAt + 2 * n));
      else if (type === LONG8) bytes.writeBigUInt64LE(BigInt(values[0]), valueAt);
      else bytes.writeUInt32LE(values[0], valueAt);
    });
    return bytes;
  }
}

/** A TIFF of one page as bytes. */
export async function tiffBytes(page: TiffPage): Promise<Buffer> {
  const parts: [at: number, bytes: Buffer][] = [];
  const stack = await TiffStack.begin(async (bytes, at) => parts.push([at, bytes]), page.data.byteLength);
  await stack.add(page);
  const whole = Buffer.alloc(Math.max(...parts.map(([at, bytes]) => at + bytes.length)));
  for (const [at, bytes] of parts) bytes.copy(whole, at);
  return whole;
}
