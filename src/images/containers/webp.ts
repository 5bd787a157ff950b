import { PerpixelError } from '../../core/errors.js';
import type { ByteSource } from '../byteSource.js';
import type { Container, ContainerMetadata } from './container.js';
import type { Edit } from './edits.js';
import { vp8Quality } from './vp8Quality.js';

/** Bits of VP8X's first byte. */
const ANIMATION = 0x02;
const XMP = 0x04;
const EXIF = 0x08;
const ALPHA = 0x10;
const ICC = 0x20;

/** WebP: a RIFF file with ICCP before the pixels, EXIF and XMP behind, all announced in VP8X. */
export const webp: Container = {
  async read(file) {
    const metadata: ContainerMetadata = {};
    for await (const { type, body } of chunks(file)) {
      if (type === 'ANIM' || (type === 'VP8X' && body[0] & ANIMATION)) throw animated();
      if (type === 'ICCP') metadata.icc = body;
      else if (type === 'EXIF') metadata.exif = body.toString('latin1', 0, 6) === 'Exif\0\0' ? body.subarray(6) : body;
      else if (type === 'XMP ') metadata.xmp = body;
      else if (type === 'VP8L') metadata.lossless = true;
      else if (type === 'VP8 ') {
        metadata.lossless = false;
        metadata.quality = vp8Quality(body);
      }
    }
    return metadata;
  },

  async edits(encoded, { icc, exif, xmp }) {
    if (!icc && !exif && !xmp) return [];
    const flags = (icc ? ICC : 0) | (exif ? EXIF : 0) | (xmp ? XMP : 0);
    const { value: first } = await chunks(encoded).next();
    const extended = first.type === 'VP8X' ? Buffer.from(first.body) : extendedHeader(first);
    extended[0] |= flags;
    const head = Buffer.concat([chunk('VP8X', extended), ...(icc ? [chunk('ICCP', icc)] : [])]);
    const tail = Buffer.concat([...(exif ? [chunk('EXIF', exif)] : []), ...(xmp ? [chunk('XMP ', xmp)] : [])]);
    const removed = first.type === 'VP8X' ? 18 : 0;
    const size = Buffer.alloc(4);
    size.writeUInt32LE(encoded.size - 8 - removed + head.length + tail.length);
    const edits: Edit[] = [
      { at: 4, remove: 4, insert: size },
      { at: 12, remove: removed, insert: head },
      { at: encoded.size, remove: 0, insert: tail },
    ];
    return edits;
  },
};

interface Chunk {
  type: string;
  /** Of pixels, the first bytes. */
  body: Buffer;
}

async function* chunks(file: ByteSource): AsyncGenerator<Chunk, never> {
  let at = 12;
  while (at + 8 <= file.size) {
    const head = await file.read(at, 8);
    const type = head.toString('latin1', 0, 4);
    const length = head.readUInt32LE(4);
    const isPixels = type === 'VP8 ' || type === 'VP8L' || type === 'ALPH' || type === 'ANMF';
    // A copy: the source's window moves on.
    yield { type, body: Buffer.from(await file.read(at + 8, isPixels ? Math.min(length, 64) : length)) };
    at += 8 + length + (length % 2);
  }
  return undefined as never;
}

function chunk(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(type, 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}

/** VP8X as it must be for a file that came without: canvas size from the bitstream, and whether that has alpha. */
function extendedHeader({ type, body }: Chunk): Buffer {
  const header = Buffer.alloc(10);
  if (type === 'VP8L') {
    const bits = body.readUInt32LE(1);
    if (bits & (1 << 28)) header[0] |= ALPHA;
    header.writeUIntLE(bits & 0x3fff, 4, 3);
    header.writeUIntLE((bits >> 14) & 0x3fff, 7, 3);
  } else {
    header.writeUIntLE((body.readUInt16LE(6) & 0x3fff) - 1, 4, 3);
    header.writeUIntLE((body.readUInt16LE(8) & 0x3fff) - 1, 7, 3);
  }
  return header;
}

function animated(): PerpixelError {
  return new PerpixelError({
    code: 'E_FORMAT',
    received: 'an animated WebP',
    expected: 'one still picture',
    cure: 'Extract its frames, or make a video of it for `perpixel video`.',
  });
}
