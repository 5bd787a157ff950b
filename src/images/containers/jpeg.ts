import { PerpixelError } from '../../core/errors.js';
import type { ByteSource } from '../byteSource.js';
import type { Container, ContainerMetadata } from './container.js';
import { jpegQuality, type QuantisationTable } from './jpegQuality.js';
import { iptcOf, photoshopOf } from './photoshop.js';

const SOI = 0xd8;
const SOS = 0xda;
const DQT = 0xdb;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP2 = 0xe2;
const APP13 = 0xed;
const COM = 0xfe;

const JFIF = 'JFIF\0';
const EXIF = 'Exif\0\0';
const XMP = 'http://ns.adobe.com/xap/1.0/\0';
const EXTENDED_XMP = 'http://ns.adobe.com/xmp/extension/\0';
const ICC = 'ICC_PROFILE\0';
const PHOTOSHOP = 'Photoshop 3.0\0';

/** A segment's length is 16 bits and counts itself. */
const ROOM = 65_533;

/** JPEG: Exif and XMP in APP1, ICC in one or more APP2, Photoshop resources (IPTC among them) in APP13. */
export const jpeg: Container = {
  async read(file) {
    const metadata: ContainerMetadata = {};
    const tables: QuantisationTable[] = [];
    const icc: Buffer[] = [];
    const photoshop: Buffer[] = [];
    const own: Buffer[] = [];
    for await (const { marker, body } of segments(file)) {
      const after = (name: string) =>
        body.toString('latin1', 0, name.length) === name ? body.subarray(name.length) : undefined;
      if (marker === APP0 && after(JFIF)) metadata.density ??= jfifDensity(body);
      else if (marker === APP1 && after(EXIF)) metadata.exif ??= after(EXIF);
      else if (marker === APP1 && after(XMP)) metadata.xmp ??= after(XMP);
      else if (marker === APP1 && after(EXTENDED_XMP)) own.push(segment(marker, body));
      else if (marker === APP2 && after(ICC)) icc[body[ICC.length]] = body.subarray(ICC.length + 2);
      else if (marker === APP13 && after(PHOTOSHOP)) photoshop.push(after(PHOTOSHOP)!);
      else if (marker === COM) own.push(segment(marker, body));
      else if (marker === DQT) tables.push(...quantisationTables(body));
      else if (isFrameHeader(marker)) {
        metadata.progressive = marker === 0xc2;
        metadata.chromaSubsampling = chromaSubsampling(body);
      }
    }
    if (icc.length > 0) metadata.icc = Buffer.concat(icc.filter(Boolean));
    if (photoshop.length > 0) {
      metadata.photoshop = Buffer.concat(photoshop);
      metadata.iptc = iptcOf(metadata.photoshop);
    }
    if (own.length > 0) metadata.ownSegments = own;
    metadata.quality = jpegQuality(tables);
    return metadata;
  },

  async edits(_encoded, { density, exif, icc, xmp, iptc, photoshop, ownSegments = [] }) {
    const resources = photoshop ?? (iptc && photoshopOf(iptc));
    const parts = [
      ...(density === undefined && exif ? [] : [segment(APP0, jfif(density))]),
      ...(exif ? [named(APP1, EXIF, exif, 'EXIF')] : []),
      ...(xmp ? [named(APP1, XMP, xmp, 'XMP')] : []),
      ...(icc ? iccSegments(icc) : []),
      ...chunksOf(resources ?? Buffer.alloc(0), ROOM - PHOTOSHOP.length).map((c) => named(APP13, PHOTOSHOP, c, 'IPTC')),
      ...ownSegments,
    ];
    return [{ at: 2, remove: 0, insert: Buffer.concat(parts) }];
  },
};

/** Segments up to the first scan, each with its marker and its body. */
async function* segments(file: ByteSource): AsyncGenerator<{ marker: number; body: Buffer }> {
  let offset = 2;
  while (offset < file.size) {
    const head = await file.read(offset, 4);
    if (head.length < 4 || head[0] !== 0xff) return;
    const marker = head[1];
    if (marker === 0xff || marker === SOI) {
      offset += marker === SOI ? 2 : 1;
      continue;
    }
    if (marker === SOS) return;
    const length = head.readUInt16BE(2);
    // A copy: the source's window moves on.
    yield { marker, body: Buffer.from(await file.read(offset + 4, length - 2)) };
    offset += 2 + length;
  }
}

function segment(marker: number, body: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

function named(marker: number, name: string, body: Buffer, what: string): Buffer {
  if (name.length + body.length > ROOM) {
    throw new PerpixelError({
      code: 'E_FORMAT',
      received: `${body.length} bytes of ${what}`,
      expected: `at most ${ROOM - name.length} in a JPEG`,
      cure: 'Write PNG or TIFF, which have no such limit.',
    });
  }
  return segment(marker, Buffer.concat([Buffer.from(name, 'latin1'), body]));
}

function iccSegments(icc: Buffer): Buffer[] {
  const parts = chunksOf(icc, ROOM - ICC.length - 2);
  return parts.map((part, i) => named(APP2, ICC, Buffer.concat([Buffer.from([i + 1, parts.length]), part]), 'profile'));
}

function chunksOf(bytes: Buffer, length: number): Buffer[] {
  const chunks: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += length) chunks.push(bytes.subarray(start, start + length));
  return chunks;
}

function jfif(density: number | undefined): Buffer {
  const body = Buffer.from(`${JFIF}\x01\x02\0\0\x01\0\x01\0\0`, 'latin1');
  if (density !== undefined) {
    const dots = Math.min(65_535, Math.max(1, Math.round(density)));
    body[7] = 1;
    body.writeUInt16BE(dots, 8);
    body.writeUInt16BE(dots, 10);
  }
  return body;
}

/** Pixels an inch; undefined where only the aspect is given. */
function jfifDensity(body: Buffer): number | undefined {
  const dots = body.readUInt16BE(8);
  if (body[7] === 1) return dots;
  return body[7] === 2 ? dots * 2.54 : undefined;
}

function quantisationTables(body: Buffer): QuantisationTable[] {
  const tables: QuantisationTable[] = [];
  let offset = 0;
  while (offset < body.length) {
    const wide = body[offset] >> 4 === 1;
    const id = body[offset] & 15;
    const values: number[] = [];
    for (let i = 0; i < 64; i++) values.push(wide ? body.readUInt16BE(offset + 1 + 2 * i) : body[offset + 1 + i]);
    tables.push({ id, values });
    offset += wide ? 129 : 65;
  }
  return tables;
}

/** SOF0 to SOF15, less DHT, JPG and DAC, which stand among them. */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** 4:2:0 where colour is halved both ways; every other layout is kept best by 4:4:4. */
function chromaSubsampling(frameHeader: Buffer): '4:4:4' | '4:2:0' | undefined {
  if (frameHeader[5] !== 3) return undefined;
  const luma = frameHeader[7];
  const chroma = frameHeader[10];
  return luma >> 4 > chroma >> 4 && (luma & 15) > (chroma & 15) ? '4:2:0' : '4:4:4';
}
