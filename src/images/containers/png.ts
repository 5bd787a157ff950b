import { deflateSync, inflateSync } from 'node:zlib';
import { PerpixelError } from '../../core/errors.js';
import type { ByteSource } from '../byteSource.js';
import type { Container, ContainerMetadata } from './container.js';
import { crc32 } from './crc32.js';
import type { Edit } from './edits.js';

/** Behind the signature (8 bytes) and IHDR (25). */
const AFTER_HEADER = 33;
const METRES_AN_INCH = 0.0254;
const XMP_KEYWORD = 'XML:com.adobe.xmp';
/** ImageMagick's and older exiftool's way, from before eXIf was part of PNG: a hex dump in a text chunk. */
const RAW_PROFILE = /^Raw profile type (exif|APP1|iptc|8bim|xmp)$/;
/** What says how colours are meant, and what people wrote: kept as it stands. */
const OWN = new Set(['gAMA', 'cHRM', 'sRGB', 'cICP', 'mDCV', 'cLLI', 'tEXt', 'zTXt', 'iTXt']);

/** PNG: iCCP, eXIf, XMP in iTXt, density in pHYs; before EXIF had a chunk of its own, hex dumps in text. */
export const png: Container = {
  async read(file) {
    const metadata: ContainerMetadata = {};
    const own: Buffer[] = [];
    for await (const { type, body, whole } of chunks(file)) {
      if (type === 'acTL') throw animated();
      const text = TEXT[type]?.(body);
      const raw = text && RAW_PROFILE.exec(text.keyword)?.[1];
      if (type === 'iCCP') metadata.icc = inflateSync(body.subarray(body.indexOf(0) + 2));
      else if (type === 'eXIf') metadata.exif = withoutPrefix(body);
      else if (type === 'pHYs' && body[8] === 1) metadata.density = body.readUInt32BE(0) * METRES_AN_INCH;
      else if (text?.keyword === XMP_KEYWORD) metadata.xmp = text.value();
      else if (text && (raw === 'exif' || raw === 'APP1')) metadata.exif ??= withoutPrefix(fromHex(text.value()));
      else if (text && raw === 'iptc') metadata.iptc ??= fromHex(text.value());
      else if (OWN.has(type)) own.push(whole);
    }
    if (own.length > 0) metadata.ownSegments = own;
    return metadata;
  },

  async edits(encoded, { icc, exif, xmp, iptc, density, ownSegments = [] }) {
    const edits: Edit[] = [];
    // The encoder states a density of its own making.
    for await (const { type, at, whole } of chunks(encoded)) {
      if (type === 'IDAT') break;
      if (type === 'pHYs') edits.push({ at, remove: whole.length, insert: Buffer.alloc(0) });
    }
    const parts = [
      ...(icc ? [chunk('iCCP', Buffer.concat([Buffer.from('icc\0\0', 'latin1'), deflateSync(icc)]))] : []),
      ...ownSegments,
      ...(density === undefined ? [] : [chunk('pHYs', physical(density))]),
      ...(exif ? [chunk('eXIf', exif)] : []),
      ...(xmp ? [chunk('iTXt', Buffer.concat([Buffer.from(`${XMP_KEYWORD}\0\0\0\0\0`, 'latin1'), xmp]))] : []),
      ...(iptc ? [chunk('zTXt', iptcText(iptc))] : []),
    ];
    return [{ at: AFTER_HEADER, remove: 0, insert: Buffer.concat(parts) }, ...edits];
  },
};

interface Chunk {
  type: string;
  at: number;
  /** Empty for pixels. */
  body: Buffer;
  /** With length, type and check sum. */
  whole: Buffer;
}

async function* chunks(file: ByteSource): AsyncGenerator<Chunk> {
  let at = 8;
  while (at + 12 <= file.size) {
    const head = await file.read(at, 8);
    const length = head.readUInt32BE(0);
    const type = head.toString('latin1', 4, 8);
    // A copy: the source's window moves on.
    const whole = type === 'IDAT' ? Buffer.alloc(0) : Buffer.from(await file.read(at, length + 12));
    yield { type, at, body: whole.subarray(8, -4), whole };
    at += length + 12;
  }
}

function chunk(type: string, body: Buffer): Buffer {
  const whole = Buffer.alloc(body.length + 12);
  whole.writeUInt32BE(body.length, 0);
  whole.write(type, 4, 'latin1');
  body.copy(whole, 8);
  whole.writeUInt32BE(crc32(whole.subarray(4, -4)), body.length + 8);
  return whole;
}

/** The three kinds of text chunk; the value is unpacked only where it is wanted. */
const TEXT: Record<string, (body: Buffer) => { keyword: string; value: () => Buffer }> = {
  tEXt: (body) => ({ keyword: keyword(body), value: () => body.subarray(body.indexOf(0) + 1) }),
  zTXt: (body) => ({ keyword: keyword(body), value: () => inflateSync(body.subarray(body.indexOf(0) + 2)) }),
  iTXt: (body) => ({
    keyword: keyword(body),
    value: () => {
      const flags = body.indexOf(0) + 1;
      const language = body.indexOf(0, flags + 2);
      const text = body.subarray(body.indexOf(0, language + 1) + 1);
      return body[flags] === 1 ? inflateSync(text) : text;
    },
  }),
};

function keyword(body: Buffer): string {
  return body.toString('latin1', 0, body.indexOf(0));
}

/** A raw profile is a line with its name, one with its length, then hex. */
function fromHex(text: Buffer): Buffer {
  const lines = text.toString('latin1').trim().split('\n');
  return Buffer.from(lines.slice(2).join(''), 'hex');
}

function iptcText(iptc: Buffer): Buffer {
  const hex = iptc.toString('hex').replace(/.{1,72}/g, '$&\n');
  const dump = `\niptc\n${String(iptc.length).padStart(8)}\n${hex}`;
  return Buffer.concat([Buffer.from('Raw profile type iptc\0\0', 'latin1'), deflateSync(Buffer.from(dump, 'latin1'))]);
}

function withoutPrefix(exif: Buffer): Buffer {
  return exif.toString('latin1', 0, 6) === 'Exif\0\0' ? exif.subarray(6) : exif;
}

function physical(density: number): Buffer {
  const body = Buffer.alloc(9, 1);
  const dots = Math.round(density / METRES_AN_INCH);
  body.writeUInt32BE(dots, 0);
  body.writeUInt32BE(dots, 4);
  return body;
}

function animated(): PerpixelError {
  return new PerpixelError({
    code: 'E_FORMAT',
    received: 'an animated PNG',
    expected: 'one still picture',
    cure: 'Extract its frames, or make a video of it for `perpixel video`.',
  });
}
