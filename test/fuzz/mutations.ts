import { crc32 } from 'node:zlib';
import { type Random, random } from '../../src/core/random.js';

/** Numbers at which programs go wrong. */
const EDGES = [
  0, 1, 2, 3, 4, 7, 8, 12, 16, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xfffe, 0xffff, 0x10000, 0xffffff, 0x7fffffff,
  0x80000000, 0xfffffff0, 0xfffffffb, 0xfffffffe, 0xffffffff,
];
/** Texts that stand for numbers in headers. */
const NUMBERS = ['0', '-1', '1', '65536', '4294967295', '18446744073709551616', '1e9', 'nan', '1000000000', '', '0x10'];
const WORDS = [
  'constructor',
  '__proto__',
  'toString',
  'None',
  'True',
  "'",
  '(',
  ')',
  ',',
  '<f4',
  '>u2',
  '|b1',
  'f2',
  'O',
];

/** A file that was changed, and how. */
export interface Mutant {
  bytes: Buffer;
  /** Where it was nothing but cut off, by a tenth at the least, the whole file: it may only be accepted with all its pixels. */
  whole?: Buffer;
}

/** The file of a case: the same for the same seed and number. */
export function mutant(seeds: readonly Buffer[], seed: number, number: number): Mutant {
  const draw = random(seed, 'fuzz', number);
  const original = seeds[number % seeds.length];
  if (draw.chance(0.06)) {
    const bytes = Buffer.from(original.subarray(0, draw.integer(original.length)));
    return { bytes, ...(bytes.length < 0.9 * original.length && { whole: original }) };
  }
  if (/^[[{]/.test(original.toString('latin1', 0, 1)) && draw.chance(0.7))
    return { bytes: changedJson(original, draw) };
  let bytes = Buffer.from(original);
  for (let times = 1 + Math.floor(draw.uniform() ** 2 * 6); times > 0; times--) {
    if (bytes.length === 0) break;
    const change = draw.chance(0.5) ? draw.pick(STRUCTURAL) : draw.pick(BLIND);
    bytes = Buffer.from(change(bytes, draw, seeds));
  }
  return { bytes };
}

type Change = (bytes: Buffer, draw: Random, seeds: readonly Buffer[]) => Buffer;

/** Mostly near the start, where headers are. */
const place = (bytes: Buffer, draw: Random): number =>
  draw.integer(Math.max(1, draw.chance(0.6) ? Math.min(bytes.length, 600) : bytes.length));

const joined = (...parts: Buffer[]): Buffer => Buffer.concat(parts);

/** Changes that know nothing of the file. */
const BLIND: Change[] = [
  (bytes, draw) => {
    for (let n = 1 + draw.integer(4); n > 0; n--) bytes[place(bytes, draw)] ^= 1 << draw.integer(8);
    return bytes;
  },
  (bytes, draw) => {
    for (let n = 1 + draw.integer(16); n > 0; n--) bytes[place(bytes, draw)] = draw.integer(256);
    return bytes;
  },
  (bytes, draw) => putNumber(bytes, place(bytes, draw), draw.pick(EDGES), draw),
  (bytes, draw) => {
    const at = place(bytes, draw);
    if (at + 4 > bytes.length) return bytes;
    const little = draw.chance(0.5);
    const value = little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
    const changed = (value + draw.integer(70) - 35) >>> 0;
    if (little) bytes.writeUInt32LE(changed, at);
    else bytes.writeUInt32BE(changed, at);
    return bytes;
  },
  (bytes, draw) => {
    const at = place(bytes, draw);
    const more = Buffer.from(Array.from({ length: draw.integer(64) }, () => draw.integer(256)));
    return joined(bytes.subarray(0, at), more, bytes.subarray(at));
  },
  (bytes, draw) => {
    const at = place(bytes, draw);
    return joined(bytes.subarray(0, at), bytes.subarray(at + draw.integer(64)));
  },
  (bytes, draw) => {
    const [at, from] = [place(bytes, draw), place(bytes, draw)];
    const block = bytes.subarray(from, from + draw.integer(256));
    return joined(bytes.subarray(0, at), ...Array<Buffer>(1 + draw.integer(8)).fill(block), bytes.subarray(at));
  },
  (bytes, draw) => {
    const at = place(bytes, draw);
    return bytes.fill(draw.pick([0, 0xff, 0x20]), at, Math.min(bytes.length, at + draw.integer(200)));
  },
  (bytes, draw, seeds) => {
    const other = draw.pick(seeds);
    return joined(bytes.subarray(0, place(bytes, draw)), other.subarray(draw.integer(other.length)));
  },
  (bytes, draw) => bytes.subarray(0, draw.integer(bytes.length)),
  inText,
];

/** Changes that take the file apart, and put it together again. */
const STRUCTURAL: Change[] = [changeParts, changeParts, changeTags, changeTags, changeBoxes, inText];

function putNumber(bytes: Buffer, at: number, value: number, draw: Random): Buffer {
  const width = draw.pick([1, 2, 4, 8]);
  if (at + width > bytes.length) return bytes;
  const little = draw.chance(0.5);
  if (width === 8) {
    const wide = draw.chance(0.5) ? BigInt(value) : BigInt(value) << 32n;
    if (little) bytes.writeBigUInt64LE(wide, at);
    else bytes.writeBigUInt64BE(wide, at);
    return bytes;
  }
  const fitting = value % 2 ** (8 * width);
  if (little) bytes.writeUIntLE(fitting, at, width);
  else bytes.writeUIntBE(fitting, at, width);
  return bytes;
}

/** A number or a word in a header of text. */
function inText(bytes: Buffer, draw: Random): Buffer {
  const head = bytes.toString('latin1', 0, 200);
  const found = [...head.matchAll(draw.chance(0.6) ? /\d+/g : /\w+/g)];
  if (found.length === 0) return bytes;
  const one = draw.pick(found);
  const end = one.index + one[0].length;
  const text = Buffer.from(draw.pick(draw.chance(0.6) ? NUMBERS : WORDS), 'latin1');
  return joined(bytes.subarray(0, one.index), text, bytes.subarray(end));
}

const ODD: readonly unknown[] = [
  ...[null, true, '', 'x', '../..', '__proto__', 0, -1, 0.5, 1e308, 2 ** 53, [], {}, [[]], [null], { constructor: 1 }],
];

/** JSON in which one value or another is something else, is gone, or is there twice. */
function changedJson(bytes: Buffer, draw: Random): Buffer {
  const lines = bytes.toString().split('\n');
  const line = draw.integer(lines.length);
  if (!/^[[{]/.test(lines[line])) return bytes;
  const root = { value: JSON.parse(lines[line]) as unknown };
  for (let times = 1 + draw.integer(2); times > 0; times--) {
    let at: Record<string, unknown> = root;
    let key = 'value';
    while (typeof at[key] === 'object' && at[key] !== null && draw.chance(0.8)) {
      const inner = at[key] as Record<string, unknown>;
      const keys = Object.keys(inner);
      if (keys.length === 0) break;
      [at, key] = [inner, draw.pick(keys)];
    }
    const what = draw.integer(4);
    if (what === 0 && at !== root) delete at[key];
    else if (what === 1) at[draw.pick(WORDS)] = structuredClone(at[key]);
    // A copy: what is put into it later is this case's alone.
    else at[key] = structuredClone(draw.pick(ODD));
  }
  return Buffer.from(lines.with(line, JSON.stringify(root.value) ?? '').join('\n'));
}

/** The parts that a container is made of, by its signature, head first. */
function partsOf(bytes: Buffer): Buffer[] | undefined {
  const cut = (start: number, lengthAt: (at: number) => number): Buffer[] => {
    const parts = [bytes.subarray(0, start)];
    let at = start;
    while (at + 8 <= bytes.length) {
      const length = lengthAt(at);
      if (!(length > 0) || at + length > bytes.length) break;
      parts.push(bytes.subarray(at, at + length));
      at += length;
    }
    return [...parts, bytes.subarray(at)];
  };
  const text = bytes.toString('latin1', 0, 8);
  if (text.startsWith('\x89PNG')) return cut(8, (at) => bytes.readUInt32BE(at) + 12);
  if (text.startsWith('RIFF'))
    return cut(12, (at) => 8 + (bytes.readUInt32LE(at + 4) + 1) - ((bytes.readUInt32LE(at + 4) + 1) % 2));
  if (text.startsWith('\xff\xd8'))
    return cut(2, (at) => (bytes[at] === 0xff && bytes[at + 1] !== 0xda ? 2 + bytes.readUInt16BE(at + 2) : 0));
  if (text.endsWith('ftyp')) return cut(0, (at) => bytes.readUInt32BE(at));
  return undefined;
}

function changeParts(bytes: Buffer, draw: Random, seeds: readonly Buffer[]): Buffer {
  const parts = partsOf(bytes)?.map((part) => Buffer.from(part));
  if (parts === undefined || parts.length < 2) return bytes;
  const one = 1 + draw.integer(parts.length - 1);
  const other = 1 + draw.integer(parts.length - 1);
  const what = draw.integer(6);
  if (what === 0) [parts[one], parts[other]] = [parts[other], parts[one]];
  else if (what === 1) for (let n = 1 + draw.integer(20); n > 0; n--) parts.splice(other, 0, parts[one]);
  else if (what === 2) parts.splice(one, 1);
  else if (what === 3) {
    const donor = partsOf(draw.pick(seeds))?.map((part) => Buffer.from(part));
    if (donor) parts.splice(one, 0, draw.pick(donor));
  } else {
    // Inside of one part, whose check sum is right afterwards.
    const part = parts[one];
    if (part.length > 12) {
      const at = 8 + draw.integer(part.length - 12);
      if (what === 4) part[at] = draw.integer(256);
      else putNumber(part, at, draw.pick(EDGES), draw);
      if (parts[0][1] === 0x50) part.writeUInt32BE(crc32(part.subarray(4, -4)), part.length - 4);
    }
  }
  return Buffer.concat(parts);
}

/** Entries of a TIFF structure, of a file of its own or of EXIF. */
function changeTags(bytes: Buffer, draw: Random): Buffer {
  const starts = ['II*\0', 'MM\0*', 'II+\0'].flatMap((sign) => {
    const at = bytes.indexOf(Buffer.from(sign, 'latin1'));
    return at < 0 ? [] : [at];
  });
  if (starts.length === 0) return bytes;
  const start = draw.pick(starts);
  const little = bytes[start] === 0x49;
  const big = bytes[start + 2] === 43;
  const read = (at: number, width: number) => (little ? bytes.readUIntLE(at, width) : bytes.readUIntBE(at, width));
  const write = (value: number, at: number, width: number) => {
    if (at < 0 || at + width > bytes.length) return;
    const fitting = value % 2 ** (8 * width);
    if (little) bytes.writeUIntLE(fitting, at, width);
    else bytes.writeUIntBE(fitting, at, width);
  };
  if (start + 16 > bytes.length) return bytes;
  const directory = start + read(start + (big ? 8 : 4), 4);
  if (directory + 2 > bytes.length) return bytes;
  const [first, size] = big ? [8, 20] : [2, 12];
  const count = Math.max(1, read(directory, 2));
  const entry = directory + first + draw.integer(count) * size;
  const valueAt = entry + (big ? 12 : 8);
  const offsets = [directory - start, 0, 8, bytes.length - start - 4, draw.integer(bytes.length)];
  const what = draw.integer(7);
  if (what === 0) write(draw.pick([0, 1, 2, 3, 4, 5, 7, 11, 12, 13, 16, 18, 99]), entry + 2, 2);
  else if (what === 1) write(draw.pick(EDGES), entry + 4, 4);
  else if (what === 2) write(draw.chance(0.5) ? draw.pick(EDGES) : draw.integer(bytes.length), valueAt, 4);
  else if (what === 3) write(draw.pick(TAGS), entry, 2);
  else if (what === 4) write(draw.pick(offsets), directory + first + count * size, 4);
  else if (what === 5) write(draw.pick(EDGES), directory, 2);
  else {
    write(draw.pick([34665, 34853, 40965]), entry, 2);
    write(4, entry + 2, 2);
    write(1, entry + 4, 4);
    write(draw.pick(offsets), valueAt, 4);
  }
  return bytes;
}

const TAGS = [
  254, 256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 282, 284, 296, 317, 322, 323, 324, 325, 330, 338, 339,
  700, 33723, 34377, 34665, 34675, 34853, 40965, 513, 514,
];

/** Boxes inside of boxes, whose lengths are right afterwards. */
function changeBoxes(bytes: Buffer, draw: Random): Buffer {
  if (bytes.toString('latin1', 4, 8) !== 'ftyp') return bytes;
  return changedBox(bytes, 0, draw, 3);
}

const CONTAINERS: Readonly<Record<string, number>> = { meta: 4, iprp: 0, ipco: 0, iinf: 6, iref: 4 };

function changedBox(bytes: Buffer, head: number, draw: Random, depth: number): Buffer {
  const boxes: Buffer[] = [];
  let at = head;
  while (at + 8 <= bytes.length) {
    const length = bytes.readUInt32BE(at);
    if (length < 8 || at + length > bytes.length) break;
    boxes.push(bytes.subarray(at, at + length));
    at += length;
  }
  if (boxes.length === 0) return bytes;
  const one = draw.integer(boxes.length);
  const type = boxes[one].toString('latin1', 4, 8);
  const isContainer = Object.hasOwn(CONTAINERS, type);
  const body = Buffer.from(boxes[one].subarray(8));
  const what = draw.integer(5);
  let changed: Buffer[] = boxes;
  if (isContainer && depth > 0 && draw.chance(0.8)) {
    const inner = changedBox(body, CONTAINERS[type], draw, depth - 1);
    const header = Buffer.from(boxes[one].subarray(0, 8));
    header.writeUInt32BE(inner.length + 8, 0);
    changed = boxes.with(one, joined(header, inner));
  } else if (what === 0) changed = boxes.toSpliced(one, 1);
  else if (what === 1) changed = boxes.toSpliced(one, 0, ...Array<Buffer>(1 + draw.integer(50)).fill(boxes[one]));
  else if (body.length > 0) {
    const part = Buffer.from(boxes[one]);
    putNumber(part, 8 + draw.integer(body.length), what === 2 ? draw.integer(256) : draw.pick(EDGES), draw);
    changed = boxes.with(one, part);
  }
  return joined(bytes.subarray(0, head), ...changed, bytes.subarray(at));
}
