import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import { Float16Array } from '@petamoriken/float16';
import { type ByteSource, cutOff } from '../../byteSource.js';
import { requireSize } from '../../pixelLimit.js';
import { unhandled, withoutPixels } from '../unhandled.js';
import { unpackPiz } from './unpackPiz.js';
import { unpackPxr24 } from './unpackPxr24.js';

/** Headers are some hundred bytes, and some have a thumbnail. */
const LONGEST_HEADER = 16 << 20;
const KINDS = [
  'none',
  'RLE',
  'ZIPS',
  'ZIP',
  'PIZ',
  'PXR24',
  'B44',
  'B44A',
  'DWAA',
  'DWAB',
  'HTJ2K',
  'HTJ2K32',
] as const;
const LINES: Partial<Record<(typeof KINDS)[number], number>> = {
  none: 1,
  RLE: 1,
  ZIPS: 1,
  ZIP: 16,
  PIZ: 32,
  PXR24: 16,
};
/** Of the version: what a file of one part in lines has not. */
const TILED = 0x200;
const DEEP = 0x800;
const PARTS = 0x1000;
const [UINT, HALF] = [0, 1];
/** Bytes of a sample that PXR24 keeps, by its type. */
const KEPT = [4, 2, 3] as const;

interface ChannelHead {
  name: string;
  type: number;
}

/** What stands before the pixels. */
export interface ExrHead {
  width: number;
  height: number;
  channels: readonly ChannelHead[];
  chromaticities?: readonly number[];
  /** Whether samples are of 16 bits. */
  isHalf: boolean;
  /** Whether what is shown is another part than what there is. */
  isWindow: boolean;
}

/**
 * An OpenEXR file of one part in lines, not compressed or by RLE, ZIPS, ZIP, PIZ or PXR24.
 *
 * @param choose the channels that are wanted, of those that there are; their samples are given in that order
 * @returns samples `[height, width, n]` as floats
 * @throws PerpixelError E_READ, E_FORMAT, E_SIZE
 */
export async function readExr(
  file: ByteSource,
  choose: (names: readonly string[]) => readonly string[],
  { limitPixels, signal }: { limitPixels?: number; signal?: AbortSignal },
): Promise<{ head: ExrHead; samples: Float32Array }> {
  const { head, compression, first, at } = await headOf(file, limitPixels);
  const { width, height, channels } = head;
  const wanted = choose(channels.map(({ name }) => name));
  const lines = LINES[compression];
  if (lines === undefined) {
    throw unhandled(
      `an EXR compressed by ${compression}`,
      'none, RLE, ZIPS, ZIP, PIZ or PXR24',
      'Save it again with ZIP compression.',
    );
  }
  const lineBytes = channels.reduce((sum, { type }) => sum + width * (type === HALF ? 2 : 4), 0);
  const blocks = Math.ceil(height / lines);
  const table = await file.readExactly(at, 8 * blocks);
  const places = Array.from({ length: blocks }, (_, i) => Number(table.readBigUInt64LE(8 * i)));
  // Each block has at least its own head.
  if (file.size < at + 16 * blocks) throw cutOff(file.size, at + 16 * blocks);
  const samples = new Float32Array(width * height * wanted.length);
  const isRead = new Uint8Array(blocks);
  for (const place of places) {
    signal?.throwIfAborted();
    const [line, length] = ints(await file.readExactly(place, 8), 0, 2);
    const y = line - first;
    if (y < 0 || y >= height || y % lines !== 0) throw withoutPixels('EXR');
    const rows = Math.min(lines, height - y);
    if (length < 0 || length > rows * lineBytes) throw withoutPixels('EXR');
    const packed = Buffer.from(await file.readExactly(place + 8, length));
    const raw = await unpacked(packed, compression, { channels, width, rows, length: rows * lineBytes });
    isRead[y / lines] = 1;
    let from = 0;
    for (let row = y; row < y + rows; row++) {
      for (const { name, type } of channels) {
        const line = numbersOf(raw.subarray(from, from + width * (type === HALF ? 2 : 4)), type);
        from += width * (type === HALF ? 2 : 4);
        const to = wanted.indexOf(name);
        if (to < 0) continue;
        for (let x = 0; x < width; x++) samples[(row * width + x) * wanted.length + to] = line[x];
      }
    }
  }
  if (isRead.includes(0)) throw withoutPixels('EXR');
  return { head, samples };
}

function numbersOf(bytes: Buffer, type: number): ArrayLike<number> {
  const own = Uint8Array.from(bytes).buffer;
  if (type === HALF) return new Float16Array(own);
  return type === UINT ? new Uint32Array(own) : new Float32Array(own);
}

/** What a block holds. */
interface Block {
  channels: readonly ChannelHead[];
  width: number;
  rows: number;
  length: number;
}

async function unpacked(
  packed: Buffer,
  compression: string,
  { channels, width, rows, length }: Block,
): Promise<Buffer> {
  if (packed.length === length) return packed;
  if (compression === 'none') throw withoutPixels('EXR');
  if (compression === 'PIZ') {
    const words = channels.map(({ type }) => ({ width, words: type === HALF ? 1 : 2 }) as const);
    return unpackPiz(packed, words, rows);
  }
  if (compression === 'PXR24') {
    const parts = channels.map(({ type }) => ({ width, bytes: type === HALF ? 2 : 4, kept: KEPT[type] ?? 4 }) as const);
    return unpackPxr24(await inflated(packed, length), parts, rows);
  }
  const parts = compression === 'RLE' ? runs(packed, length) : await inflated(packed, length);
  if (parts.length !== length) throw withoutPixels('EXR');
  for (let i = 1; i < length; i++) parts[i] = parts[i] + parts[i - 1] - 128;
  const raw = Buffer.alloc(length);
  const half = (length + 1) >> 1;
  for (let i = 0; i < length; i++) raw[i] = parts[(i >> 1) + (i & 1 ? half : 0)];
  return raw;
}

async function inflated(packed: Buffer, length: number): Promise<Buffer> {
  try {
    return await promisify(inflate)(packed, { maxOutputLength: length });
  } catch {
    throw withoutPixels('EXR');
  }
}

/** A count below 0 is of bytes that follow, another of how often the next comes again. */
function runs(packed: Buffer, length: number): Buffer {
  const parts = Buffer.alloc(length);
  let to = 0;
  for (let at = 0; at < packed.length; ) {
    const count = packed.readInt8(at++);
    const size = count < 0 ? -count : count + 1;
    if (to + size > length || at + (count < 0 ? size : 1) > packed.length) throw withoutPixels('EXR');
    if (count < 0) packed.copy(parts, to, at, at + size);
    else parts.fill(packed[at], to, to + size);
    at += count < 0 ? size : 1;
    to += size;
  }
  return parts.subarray(0, to);
}

async function headOf(file: ByteSource, limitPixels: number | undefined) {
  const bytes = await file.read(0, Math.min(file.size, LONGEST_HEADER));
  const version = bytes.readUInt32LE(4);
  for (const [flag, what] of [
    [TILED, 'in tiles'],
    [DEEP, 'of deep pixels'],
    [PARTS, 'of several parts'],
  ] as const) {
    if (version & flag)
      throw unhandled(`an EXR ${what}`, 'one part in lines', 'Save it again as one part of scan lines.');
  }
  const attributes = new Map<string, Buffer>();
  let at = 8;
  while (bytes[at] !== 0) {
    const [name, afterName] = textAt(bytes, at);
    const [, afterType] = textAt(bytes, afterName);
    const length = bytes.readInt32LE(afterType);
    at = afterType + 4 + length;
    if (length < 0 || at >= bytes.length) throw cutOff(bytes.length, at);
    attributes.set(name, bytes.subarray(afterType + 4, at));
  }
  const [list, data, shown] = ['channels', 'dataWindow', 'displayWindow'].map((name) => attributes.get(name));
  if (!list || !data || data.length < 16) throw withoutPixels('EXR');
  const [left, top, right, bottom] = ints(data, 0, 4);
  const [width, height] = [right - left + 1, bottom - top + 1];
  if (!(width > 0 && height > 0)) throw withoutPixels('EXR');
  requireSize(height, width, limitPixels);
  const colours = attributes.get('chromaticities');
  const channels = channelsIn(list);
  if (channels.length === 0) throw withoutPixels('EXR');
  const head: ExrHead = {
    width,
    height,
    channels,
    isHalf: channels.every(({ type }) => type === HALF),
    isWindow: shown !== undefined && !shown.equals(data),
    ...(colours?.length === 32 && { chromaticities: Array.from({ length: 8 }, (_, i) => colours.readFloatLE(4 * i)) }),
  };
  const compression = KINDS[attributes.get('compression')?.[0] ?? 0] ?? 'a method of the future';
  return { head, compression, first: top, at: at + 1 };
}

function channelsIn(list: Buffer): ChannelHead[] {
  const channels: ChannelHead[] = [];
  for (let at = 0; at < list.length && list[at] !== 0; ) {
    const [name, after] = textAt(list, at);
    const [type, , across, down] = ints(list, after, 4);
    if (across !== 1 || down !== 1) {
      throw unhandled('an EXR with channels of fewer samples', 'one sample a pixel', 'Save it again as RGB.');
    }
    channels.push({ name, type });
    at = after + 16;
  }
  return channels;
}

function textAt(bytes: Buffer, at: number): [text: string, after: number] {
  const end = bytes.indexOf(0, at);
  if (end < 0) throw cutOff(bytes.length, bytes.length + 1);
  return [bytes.toString('latin1', at, end), end + 1];
}

function ints(bytes: Buffer, at: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => bytes.readInt32LE(at + 4 * i));
}
