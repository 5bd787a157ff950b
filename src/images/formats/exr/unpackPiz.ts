import { withoutPixels } from '../unhandled.js';

/** Symbols of the Huffman code: all values of 16 bits, and one for runs. */
const SYMBOLS = 65_537;
const LONGEST_CODE = 58;
/** In the table of code lengths: from here on a run of codes that are not there, of two and more. */
const SHORT_RUN = 59;
const LONG_RUN = 63;
const SHORTEST_LONG_RUN = 2 + LONG_RUN - SHORT_RUN;

/** A channel of a block: its columns, and how many words of 16 bits a sample has. */
export interface PizChannel {
  width: number;
  words: 1 | 2;
}

/**
 * PIZ: a Huffman code of the Haar wavelets of words of 16 bits, whose values are numbered by rank. As ImfPizCompressor, ImfHuf and ImfWav
 * of OpenEXR have it.
 *
 * @returns the lines of the block, as they stand in a file that is not compressed
 * @throws PerpixelError E_READ
 */
export function unpackPiz(packed: Buffer, channels: readonly PizChannel[], rows: number): Buffer {
  try {
    return lines(packed, channels, rows);
  } catch (error) {
    // It led outside of the block.
    if (error instanceof RangeError) throw withoutPixels('EXR');
    throw error;
  }
}

function lines(packed: Buffer, channels: readonly PizChannel[], rows: number): Buffer {
  const [least, most] = [packed.readUInt16LE(0), packed.readUInt16LE(2)];
  const given = least <= most ? packed.subarray(4, 4 + most - least + 1) : packed.subarray(0, 0);
  const values = valuesIn(given, least);
  const at = 4 + given.length;
  const length = packed.readInt32LE(at);
  const rowWords = channels.reduce((sum, { width, words }) => sum + width * words, 0);
  const samples = unpackHuffman(packed.subarray(at + 4, at + 4 + length), rowWords * rows);
  let start = 0;
  for (const { width, words } of channels) {
    for (let word = 0; word < words; word++) {
      unwave(samples.subarray(start + word), { width, across: words, rows, down: width * words }, values.length - 1);
    }
    start += width * words * rows;
  }
  const raw = Buffer.alloc(2 * samples.length);
  let to = 0;
  for (let row = 0; row < rows; row++) {
    let from = 0;
    for (const { width, words } of channels) {
      for (let i = 0; i < width * words; i++, to += 2) {
        raw.writeUInt16LE(values[samples[from + row * width * words + i]] ?? 0, to);
      }
      from += width * words * rows;
    }
  }
  return raw;
}

/** Zero, and the values whose bits are set; the first byte is that of eight times `first`. */
function valuesIn(bits: Buffer, first: number): number[] {
  const values = [0];
  bits.forEach((byte, i) => {
    for (let bit = 0; bit < 8; bit++) {
      const value = 8 * (first + i) + bit;
      if (byte & (1 << bit) && value > 0) values.push(value);
    }
  });
  return values;
}

function unpackHuffman(packed: Buffer, count: number): Uint16Array {
  const [first, run] = [packed.readUInt32LE(0), packed.readUInt32LE(4)];
  if (first >= SYMBOLS || run >= SYMBOLS) throw withoutPixels('EXR');
  const table = new Bits(packed, 20);
  const lengths = new Uint8Array(SYMBOLS);
  for (let symbol = first; symbol <= run; symbol++) {
    const length = table.take(6);
    if (length < SHORT_RUN) lengths[symbol] = length;
    else symbol += (length === LONG_RUN ? table.take(8) + SHORTEST_LONG_RUN : length - SHORT_RUN + 2) - 1;
  }
  const { firsts, symbols } = codesOf(lengths);
  const bits = new Bits(packed, table.end);
  const samples = new Uint16Array(count);
  for (let i = 0; i < count; ) {
    let [code, length] = [0, 0];
    let symbol: number | undefined;
    // What is below the first code of its length is the beginning of a longer one.
    do {
      code = 2 * code + bits.next();
      if (++length > LONGEST_CODE) throw withoutPixels('EXR');
      if (code >= firsts[length]) symbol = symbols[length][code - firsts[length]];
    } while (code < firsts[length]);
    if (symbol === undefined) throw withoutPixels('EXR');
    if (symbol !== run) samples[i++] = symbol;
    else {
      const times = bits.take(8);
      if (i === 0 || i + times > count) throw withoutPixels('EXR');
      samples.fill(samples[i - 1], i, i + times);
      i += times;
    }
  }
  return samples;
}

/** Codes of a length are numbers in the order of their symbols; the longer ones come first. */
function codesOf(lengths: Uint8Array): { firsts: number[]; symbols: number[][] } {
  const symbols = Array.from({ length: LONGEST_CODE + 1 }, (): number[] => []);
  lengths.forEach((length, symbol) => {
    if (length > 0) symbols[length].push(symbol);
  });
  const firsts = new Array<number>(LONGEST_CODE + 1).fill(0);
  for (let length = LONGEST_CODE, next = 0; length > 0; length--) {
    firsts[length] = next;
    next = (next + symbols[length].length) >> 1;
  }
  return { firsts, symbols };
}

/** Bits from the highest of each byte on. */
class Bits {
  #at: number;

  constructor(
    private readonly bytes: Buffer,
    from: number,
  ) {
    this.#at = 8 * from;
  }

  /** @throws RangeError behind the last */
  next(): number {
    const at = this.#at++;
    if (at >= 8 * this.bytes.length) throw new RangeError('no more bits');
    return (this.bytes[at >> 3] >> (7 - (at & 7))) & 1;
  }

  /** The number of the next few. @throws RangeError */
  take(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) value = 2 * value + this.next();
    return value;
  }

  /** The byte behind the last that was touched. */
  get end(): number {
    return (this.#at + 7) >> 3;
  }
}

/** Where the samples of a channel lie: columns and the step between them, rows and the step. */
interface Layout {
  width: number;
  across: number;
  rows: number;
  down: number;
}

/** Undoes the wavelets in place, the coarsest first. @param most the largest value; of less than 14 bits there is a simpler kind */
function unwave(data: Uint16Array, { width, across, rows, down }: Layout, most: number): void {
  const undo = most < 1 << 14 ? undoSmall : undoLarge;
  const pair = (i: number, j: number) => {
    [data[i], data[j]] = undo(data[i], data[j]);
  };
  let step = 1;
  while (2 * step <= Math.min(width, rows)) step *= 2;
  for (let half = step >> 1; half >= 1; step = half, half >>= 1) {
    let y = 0;
    for (; y + step <= rows; y += step) {
      let x = 0;
      for (; x + step <= width; x += step) {
        const at = y * down + x * across;
        const [right, below] = [at + half * across, at + half * down];
        pair(at, below);
        pair(right, below + half * across);
        pair(at, right);
        pair(below, below + half * across);
      }
      if (width & half) pair(y * down + x * across, (y + half) * down + x * across);
    }
    if (rows & half) {
      for (let x = 0; x + step <= width; x += step) pair(y * down + x * across, y * down + (x + half) * across);
    }
  }
}

/** Mean and difference, with their signs, to both values. */
function undoSmall(low: number, high: number): [number, number] {
  const [mean, difference] = [(low << 16) >> 16, (high << 16) >> 16];
  const a = mean + (difference & 1) + (difference >> 1);
  return [a, a - difference];
}

/** The same modulo 65536. */
function undoLarge(mean: number, difference: number): [number, number] {
  const b = (mean - (difference >> 1)) & 0xffff;
  return [(difference + b - 0x8000) & 0xffff, b];
}
