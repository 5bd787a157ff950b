import { setImmediate } from 'node:timers/promises';
import type { PerpixelError } from '../../../core/errors.js';
import { unhandled } from '../unhandled.js';

export const SOI = 0xd8;
export const EOI = 0xd9;
export const SOS = 0xda;
const TEM = 0x01;

/** A marker with what belongs to it. */
export interface Segment {
  marker: number;
  /** What follows its length; empty for markers without one. */
  body: Buffer;
}

export interface JpegParts {
  /** Those before the first scan, itself left out. */
  segments: Segment[];
  /** The headers of all scans. */
  scans: Buffer[];
  /** Where the first scan begins; undefined where there is none. */
  scanAt?: number;
  /** Behind the end marker; undefined where that is missing. */
  end?: number;
}

/** A photo has some tens; a file of nothing else would fill the memory with them. */
const MOST_SEGMENTS = 20_000;
/** Bytes that are looked at in one turn. */
const TURN = 1e6;

/**
 * Takes a JPEG apart. What stands between two segments and begins none is skipped, as libjpeg and others do: programs have left
 * zeros and line ends there.
 *
 * @throws PerpixelError E_FORMAT for segments without end
 */
export async function partsOfJpeg(bytes: Buffer, signal?: AbortSignal): Promise<JpegParts> {
  const parts: JpegParts = { segments: [], scans: [] };
  let steps = 0;
  let at = 2;
  for (;;) {
    // A marker is 0xff and a byte that is neither 0xff, which is padding, nor 0, which stands for a 0xff among pixels.
    at = bytes.indexOf(0xff, at);
    if (at < 0 || at + 1 >= bytes.length) return parts;
    if (++steps % TURN === 0) {
      await setImmediate();
      signal?.throwIfAborted();
    }
    const marker = bytes[at + 1];
    if (marker === EOI) return { ...parts, end: at + 2 };
    if (marker === 0xff) at += 1;
    else if (marker === 0 || marker === TEM || marker === SOI || isRestart(marker)) at += 2;
    else {
      if (marker === SOS) parts.scanAt ??= at;
      if (at + 4 > bytes.length) return parts;
      const end = at + 2 + Math.max(2, bytes.readUInt16BE(at + 2));
      if (parts.scanAt === undefined && end <= bytes.length) {
        parts.segments.push({ marker, body: bytes.subarray(at + 4, end) });
        if (parts.segments.length > MOST_SEGMENTS) throw tooMany();
      }
      if (marker === SOS) parts.scans.push(bytes.subarray(at + 4, end));
      if (parts.scans.length > MOST_SEGMENTS) throw tooMany();
      at = end;
    }
  }
}

/**
 * Whether the scans hold every coefficient of every component to its last bit. A progressive JPEG that was cut off between two scans is
 * still a picture, only a poor one.
 *
 * @param frame body of the frame header
 */
export function hasAllScans(frame: Buffer, scans: readonly Buffer[]): boolean {
  const missing = new Map<number, Set<number>>();
  for (let i = 0; i < frame[5]; i++) missing.set(frame[6 + 3 * i], new Set(Array.from({ length: 64 }, (_, k) => k)));
  for (const scan of scans) {
    const count = scan[0];
    if (scan.length < 4 + 2 * count) continue;
    const [first, last, precision] = scan.subarray(1 + 2 * count);
    if ((precision & 15) !== 0) continue;
    for (let i = 0; i < count; i++) {
      for (let k = first; k <= Math.min(63, last); k++) missing.get(scan[1 + 2 * i])?.delete(k);
    }
  }
  return [...missing.values()].every((coefficients) => coefficients.size === 0);
}

function tooMany(): PerpixelError {
  return unhandled(
    `a JPEG of more than ${MOST_SEGMENTS} segments`,
    'a photo',
    'Open it in the program that made it, and save it again.',
  );
}

function isRestart(marker: number): boolean {
  return marker >= 0xd0 && marker <= 0xd7;
}

export function segment(marker: number, body: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}
