import { PerpixelError } from '../../core/errors.js';
import type { ByteSource } from '../byteSource.js';

/** A tag with its value as bytes, in the byte order of the directory. */
export interface TiffEntry {
  tag: number;
  type: number;
  count: number;
  value: Buffer;
}

/** One image file directory, with those it points to, by the tag that does. */
export interface TiffDirectory {
  littleEndian: boolean;
  entries: TiffEntry[];
  children: Map<number, TiffDirectory>;
}

export interface TiffStructure {
  directories: TiffDirectory[];
  /** A directory, or a value, begins in the file and ends behind it. */
  isCut: boolean;
  /** The chain of directories goes on: behind the end of the file, or beyond those that are read of one. */
  goesOn: boolean;
}

/** Tags whose value is the place of another directory: Exif, GPS, and, inside Exif, interoperability. */
const POINTERS = new Set([34665, 34853, 40965]);
/** Bytes a value of types 1 to 13; 16 to 18 are BigTIFF's. */
const TYPE_SIZES: Record<number, number> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
  16: 8,
  17: 8,
  18: 8,
};
/** Bytes that byte order turns around; the others are sizes of the whole value. */
const RATIONALS = new Set([5, 10]);
const LONG = 4;

/** Directories in a chain: a scanned book has hundreds of pages. */
const MOST_DIRECTORIES = 10_000;
/** Entries of all directories: a photo has some hundreds. */
const MOST_ENTRIES = 60_000;

/** Entries that a directory below the first has at the most, where it is one. */
const USUAL_ENTRIES = 512;

/**
 * The chain of directories of a TIFF file or an EXIF blob. What points outside the file, or back to a directory that has been
 * read, is left out, so that the work is linear in the size of the file.
 *
 * @throws PerpixelError E_FORMAT where the tags claim many times the bytes that there are
 */
export async function readTiff(file: ByteSource): Promise<TiffStructure> {
  const head = await file.read(0, 16);
  if (head.length < 8) return { directories: [], isCut: false, goesOn: false };
  const littleEndian = head[0] === 0x49;
  const big = u16(head, 2, littleEndian) === 43;
  if (big && head.length < 16) return { directories: [], isCut: true, goesOn: false };
  const reader = new TiffReader(file, littleEndian, big);
  const directories: TiffDirectory[] = [];
  let at = reader.big ? u64(head, 8, littleEndian) : u32(head, 4, littleEndian);
  while (reader.isNew(at) && directories.length < MOST_DIRECTORIES) {
    const { directory, next } = await reader.directory(at);
    directories.push(directory);
    at = next;
  }
  const goesOn = at >= file.size || directories.length === MOST_DIRECTORIES;
  return { directories, isCut: reader.isCut, goesOn };
}

class TiffReader {
  readonly #seen = new Set<number>();
  /** Bytes that tables and values may still have: each byte may be claimed twice, as by tags that share a value. */
  #budget: number;
  #entries = 0;
  isCut = false;

  constructor(
    readonly file: ByteSource,
    readonly littleEndian: boolean,
    readonly big: boolean,
  ) {
    this.#budget = 2 * file.size;
  }

  /** Whether there can be a directory that has not been read yet. */
  isNew(at: number): boolean {
    return at > 0 && at < this.file.size && !this.#seen.has(at);
  }

  async directory(at: number, depth = 0): Promise<{ directory: TiffDirectory; next: number }> {
    this.#seen.add(at);
    const { littleEndian: le, big } = this;
    const directory: TiffDirectory = { littleEndian: le, entries: [], children: new Map() };
    const countBytes = big ? 8 : 2;
    const entryBytes = big ? 20 : 12;
    const countAt = await this.#read(at, countBytes);
    if (countAt.length < countBytes) return { directory, next: 0 };
    const count = Math.min(MOST_ENTRIES + 1, big ? u64(countAt, 0, le) : u16(countAt, 0, le));
    const table = await this.#read(at + countBytes, count * entryBytes + (big ? 8 : 4));
    // A pointer to nonsense finds any number there; a directory that is one, and was cut off, has not so many entries.
    if (table.length < count * entryBytes && (depth === 0 || count < USUAL_ENTRIES)) this.isCut = true;
    for (let i = 0; i < count && (i + 1) * entryBytes <= table.length; i++) {
      if (++this.#entries > MOST_ENTRIES) throw tooMuch();
      const entry = await this.entry(table.subarray(i * entryBytes, (i + 1) * entryBytes));
      if (entry === undefined) continue;
      if (!POINTERS.has(entry.tag)) directory.entries.push(entry);
      else if (depth < 2) {
        const child = tiffNumber(entry, le);
        if (child === undefined || !this.isNew(child)) continue;
        directory.children.set(entry.tag, (await this.directory(child, depth + 1)).directory);
      }
    }
    const end = count * entryBytes;
    // Cut off before it says where the next one is.
    const isCut = end + (big ? 8 : 4) > table.length;
    const next = isCut ? Number.POSITIVE_INFINITY : big ? u64(table, end, le) : u32(table, end, le);
    return { directory, next };
  }

  async entry(bytes: Buffer): Promise<TiffEntry | undefined> {
    const { file, littleEndian: le, big } = this;
    const tag = u16(bytes, 0, le);
    const type = u16(bytes, 2, le);
    const count = big ? u64(bytes, 4, le) : u32(bytes, 4, le);
    const length = count * (TYPE_SIZES[type] ?? 0);
    const inline = bytes.subarray(big ? 12 : 8);
    if (length === 0 || length > file.size) return undefined;
    if (length <= inline.length) return { tag, type, count, value: inline.subarray(0, length) };
    const at = big ? u64(inline, 0, le) : u32(inline, 0, le);
    const value = await this.#read(at, length);
    if (value.length === length) return { tag, type, count, value };
    if (at < file.size) this.isCut = true;
    return undefined;
  }

  /** A copy: the source's window moves on. */
  async #read(at: number, length: number): Promise<Buffer> {
    const bytes = Buffer.from(await this.file.read(at, length));
    this.#budget -= bytes.length;
    if (this.#budget < 0) throw tooMuch();
    return bytes;
  }
}

function tooMuch(): PerpixelError {
  return new PerpixelError({
    code: 'E_FORMAT',
    received: 'more tags than a picture has, or tags that claim many times the bytes that there are',
    expected: 'tags with values of their own',
    cure: 'Open it in the program that made it, and save it again.',
  });
}

/** The directory and all below it as bytes that are to stand at `at`, in the directory's own byte order. */
export function serialiseDirectory(directory: TiffDirectory, at: number): Buffer {
  const { littleEndian: le, children } = directory;
  const pointers = [...children.keys()].map((tag) => tiffEntry(tag, LONG, [0], le));
  const entries = [...directory.entries, ...pointers].sort((a, b) => a.tag - b.tag);
  const table = Buffer.alloc(2 + entries.length * 12 + 4);
  writeU16(table, entries.length, 0, le);
  const tail: Buffer[] = [];
  let tailAt = at + table.length;
  const place = (bytes: Buffer): number => {
    const start = tailAt;
    const padded = bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(1)]);
    tail.push(padded);
    tailAt += padded.length;
    return start;
  };
  entries.forEach(({ tag, type, count, value }, i) => {
    const entryAt = 2 + i * 12;
    writeU16(table, tag, entryAt, le);
    writeU16(table, type, entryAt + 2, le);
    writeU32(table, count, entryAt + 4, le);
    const child = children.get(tag);
    if (child) writeU32(table, place(serialiseDirectory(child, tailAt)), entryAt + 8, le);
    else if (value.length > 4) writeU32(table, place(value), entryAt + 8, le);
    else value.copy(table, entryAt + 8);
  });
  return Buffer.concat([table, ...tail]);
}

/** A TIFF structure of one directory, which is what EXIF is, in its own byte order. */
export function serialiseTiff(directory: TiffDirectory): Buffer {
  return Buffer.concat([tiffHeader(directory.littleEndian, 8), serialiseDirectory(directory, 8)]);
}

/** The 8 bytes that a TIFF structure begins with. */
export function tiffHeader(littleEndian: boolean, firstDirectory: number): Buffer {
  const head = Buffer.from(littleEndian ? 'II' : 'MM', 'latin1');
  const rest = Buffer.alloc(6);
  writeU16(rest, 42, 0, littleEndian);
  writeU32(rest, firstDirectory, 2, littleEndian);
  return Buffer.concat([head, rest]);
}

/** The directory with every value turned to another byte order. */
export function inByteOrder(directory: TiffDirectory, littleEndian: boolean): TiffDirectory {
  if (directory.littleEndian === littleEndian) return directory;
  return {
    littleEndian,
    entries: directory.entries.map((entry) => ({ ...entry, value: turned(entry) })),
    children: new Map([...directory.children].map(([tag, child]) => [tag, inByteOrder(child, littleEndian)])),
  };
}

function turned({ type, value }: TiffEntry): Buffer {
  const width = RATIONALS.has(type) ? 4 : TYPE_SIZES[type];
  const copy = Buffer.from(value);
  for (let start = 0; start + width <= copy.length; start += width) copy.subarray(start, start + width).reverse();
  return copy;
}

/** An entry of SHORTs (3) or LONGs (4). */
export function tiffEntry(tag: number, type: 3 | 4, numbers: readonly number[], littleEndian: boolean): TiffEntry {
  const width = TYPE_SIZES[type];
  const value = Buffer.alloc(numbers.length * width);
  numbers.forEach((n, i) => {
    if (type === 3) writeU16(value, n, i * width, littleEndian);
    else writeU32(value, n, i * width, littleEndian);
  });
  return { tag, type, count: numbers.length, value };
}

/** Whole numbers (BYTE, SHORT, LONG, IFD) and rationals as numbers; nothing for other types. */
export function tiffNumbers(entry: TiffEntry, littleEndian: boolean): number[] {
  return Array.from({ length: entry.count }, (_, i) => tiffNumber(entry, littleEndian, i)).filter(
    (n) => n !== undefined,
  );
}

/** One of them, the first where nothing is said. */
export function tiffNumber({ type, value }: TiffEntry, littleEndian: boolean, i = 0): number | undefined {
  if ((i + 1) * TYPE_SIZES[type] > value.length) return undefined;
  if (type === 1) return value[i];
  if (type === 3) return u16(value, i * 2, littleEndian);
  if (type === 4 || type === 13) return u32(value, i * 4, littleEndian);
  if (type === 5) return u32(value, i * 8, littleEndian) / u32(value, i * 8 + 4, littleEndian);
  if (type === 16 || type === 18) return u64(value, i * 8, littleEndian);
  return undefined;
}

function u16(bytes: Buffer, at: number, le: boolean): number {
  return le ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
}

function u32(bytes: Buffer, at: number, le: boolean): number {
  return le ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
}

function u64(bytes: Buffer, at: number, le: boolean): number {
  return Number(le ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
}

function writeU16(bytes: Buffer, value: number, at: number, le: boolean): void {
  if (le) bytes.writeUInt16LE(value, at);
  else bytes.writeUInt16BE(value, at);
}

function writeU32(bytes: Buffer, value: number, at: number, le: boolean): void {
  if (le) bytes.writeUInt32LE(value, at);
  else bytes.writeUInt32BE(value, at);
}
