import type { TiffEntry } from '../../metadata/tiffStructure.js';

/** Denominator of the fractions that we write: six digits, and numbers up to 2147. */
const PARTS = 1_000_000;

/** Fractions (5), or signed ones (10), little endian. */
export function fractions(tag: number, type: 5 | 10, numbers: readonly number[]): TiffEntry {
  const value = Buffer.alloc(numbers.length * 8);
  numbers.forEach((number, i) => {
    value.writeInt32LE(Math.round(number * PARTS), i * 8);
    value.writeInt32LE(PARTS, i * 8 + 4);
  });
  return { tag, type, count: numbers.length, value };
}

/** Bytes, each a number. */
export function byteEntry(tag: number, ...bytes: readonly number[]): TiffEntry {
  return { tag, type: 1, count: bytes.length, value: Buffer.from(bytes) };
}

/** Text, ended by 0. */
export function textEntry(tag: number, text: string): TiffEntry {
  const value = Buffer.from(`${text}\0`, 'utf8');
  return { tag, type: 2, count: value.length, value };
}
