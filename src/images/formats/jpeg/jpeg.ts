import { createHash } from 'node:crypto';
import { PerpixelError } from '../../../core/errors.js';
import { iptcOf, photoshopOf, withoutThumbnails } from '../../metadata/photoshop.js';
import { extendedGuid, pointerXmp } from '../../metadata/xmp.js';
import { isShort, requireLength, requireSize } from '../../pixelLimit.js';
import type { OwnSegment, Raster } from '../../raster.js';
import type { Decoded, FileMetadata, ImageFormat } from '../format.js';
import { cmyk, unhandled, withoutPixels } from '../unhandled.js';
import { withUpright } from '../withUpright.js';
import { noticesOfBehind } from './behind.js';
import { gainMapIn, gainMapSegments, hasGainMapXmp, ISO_GAIN_MAP, MPF, withGainMapClaim } from './gainMap.js';
import { jpegQuality, type QuantisationTable } from './jpegQuality.js';
import { EOI, hasAllScans, type JpegParts, partsOfJpeg, type Segment, SOI, segment } from './segments.js';

const DQT = 0xdb;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP2 = 0xe2;
const APP11 = 0xeb;
const APP13 = 0xed;
const APP14 = 0xee;
const APP15 = 0xef;
const COM = 0xfe;

const JFIF = 'JFIF\0';
const JFXX = 'JFXX\0';
const EXIF = 'Exif\0\0';
const XMP = 'http://ns.adobe.com/xap/1.0/\0';
const EXTENDED_XMP = 'http://ns.adobe.com/xmp/extension/\0';
const ICC = 'ICC_PROFILE\0';
const PHOTOSHOP = 'Photoshop 3.0\0';

/** A segment's length is 16 bits and counts itself. */
const ROOM = 65_533;
/** Behind its name, an extended packet has its identifier, the length of all, and where this part belongs. */
const EXTENDED_HEAD = 40;

/**
 * Pixels above which a JPEG is written in one pass: fitting its Huffman tables, or progressive scans, would hold 6 bytes a
 * pixel and save a few percent of the file.
 */
const LARGE = 24e6;
/** A block of 64 pixels takes a bit at the least: no file is whole whose every byte would stand for more pixels. */
const PIXELS_A_BYTE = 1024;

/** Bytes in which the size of a picture stands, behind all metadata. */
const HEAD = 16 * 2 ** 20;

/** Exif and XMP in APP1, ICC in one or more APP2, Photoshop resources (IPTC among them) in APP13. */
export const jpeg: ImageFormat<'jpeg'> = {
  name: 'jpeg',
  title: 'JPEG',
  extensions: ['jpg', 'jpeg', 'jfif', 'jpe'],
  // Some programs have left bytes between the first two markers, too.
  signature: /^\xff\xd8.{0,32}?\xff[\xc0-\xfe]/s,
  depths: [8],
  holds: ['icc', 'exif', 'xmp', 'iptc', 'density', 'pixelAspect'],
  longestSide: 65_500,
  codec: 'jpeg',

  async read(file, options) {
    if (!isShort(file.size)) {
      const { segments } = await partsOfJpeg(Buffer.from(await file.read(0, HEAD)), options.signal);
      requireLength(file.size, ...sizeOf(segments));
    }
    const bytes = await file.read(0, file.size);
    const parts = await partsOfJpeg(bytes, options.signal);
    const [height, width] = sizeOf(parts.segments);
    requireSize(height, width, options.limitPixels);
    if (height * width > bytes.length * PIXELS_A_BYTE) throw withoutPixels('JPEG');
    const { decode } = await import('../libvips.js');
    const metadata = await metadataOf(bytes, parts, options.signal);
    const decoded = async (orientation: number) => {
      const picture = await decode(pixelsOf(bytes, parts), { ...options, orientation });
      if (parts.end !== undefined) return picture;
      if (!hasAllScans(frameOf(parts.segments).body, parts.scans)) throw withoutPixels('JPEG');
      // Where the end marker is missing, so may be pixels. Then the decoder takes for them what follows, whatever that is.
      const other = await decode(pixelsOf(bytes, parts, NOISE), { ...options, orientation });
      if (Buffer.compare(bytesOf(picture), bytesOf(other)) === 0) return picture;
      throw withoutPixels('JPEG');
    };
    const exifAt = metadata.exif && metadata.exif.byteOffset - bytes.byteOffset;
    return withUpright(metadata, decoded, { turn: turnedJpeg, lossy: { exifAt } });
  },

  async write(raster, encoding) {
    const { encoderOf } = await import('../libvips.js');
    const [height, width] = raster.pixels.shape;
    const isLarge = height * width > LARGE;
    const { quality, chromaSubsampling, progressive } = encoding;
    const image = encoderOf(raster, 8).jpeg({
      quality,
      chromaSubsampling,
      optimiseCoding: !isLarge,
      progressive: progressive && !isLarge,
    });
    const { metadata } = raster;
    const { gainMap } = metadata;
    const isClaimed = gainMap && hasGainMapXmp(gainMap);
    const xmp = isClaimed ? withGainMapClaim(metadata.xmp, gainMap.length) : metadata.xmp;
    const segments = Buffer.concat(segmentsOf({ ...metadata, xmp }));
    return {
      file: image,
      async edits({ size }) {
        if (!gainMap) return [{ at: 2, remove: 0, insert: segments }];
        const more = gainMapSegments(gainMap, { at: 2 + segments.length, behind: size - 2 });
        return [
          { at: 2, remove: 0, insert: Buffer.concat([segments, more]) },
          { at: size, remove: 0, insert: gainMap },
        ];
      },
    };
  },
};

/** The segments that a decoder needs: others have cost its readers of EXIF seconds, or their heads. */
function pixelsOf(bytes: Buffer, { segments, scanAt, end }: JpegParts, behind = Buffer.alloc(0)): Buffer {
  if (scanAt === undefined) throw withoutPixels('JPEG');
  const needed = segments
    .filter(({ marker, body }) => {
      if (marker === APP0) return body.length >= 14 && startsWith(body, JFIF);
      return marker === APP14 || ((marker < APP0 || marker > APP15) && marker !== COM);
    })
    .map(({ marker, body }) => segment(marker, body));
  return Buffer.concat([
    Buffer.from([0xff, SOI]),
    ...needed,
    ...(end === undefined
      ? [withoutHalfMarker(bytes.subarray(scanAt)), behind, Buffer.from([0xff, EOI])]
      : [bytes.subarray(scanAt, end)]),
  ]);
}

/** A cut may go through two bytes that belong together: the first alone would make a marker of whatever follows. */
function withoutHalfMarker(scan: Buffer): Buffer {
  let length = scan.length;
  while (length > 0 && scan[length - 1] === 0xff) length--;
  return scan.subarray(0, length);
}

/** A JPEG turned from EXIF's orientation, with what its segments say: written again, at its quality. */
async function turnedJpeg(bytes: Buffer, orientation: number): Promise<Buffer> {
  const parts = await partsOfJpeg(bytes);
  const { decode, encoderOf } = await import('../libvips.js');
  const picture = await decode(pixelsOf(bytes, parts), { orientation });
  const quality = jpegQuality(
    parts.segments.flatMap(({ marker, body }) => (marker === DQT ? quantisationTables(body) : [])),
  );
  const chroma = chromaSubsampling(frameOf(parts.segments).body);
  const encoder = encoderOf({ ...picture, metadata: { ...picture.metadata, format: 'jpeg' } }, 8);
  const turned = await encoder.jpeg({ quality: quality ?? 95, chromaSubsampling: chroma ?? '4:4:4' }).toBuffer();
  const said = parts.segments.filter(({ marker }) => marker === APP1 || marker === APP2);
  return Buffer.concat([
    turned.subarray(0, 2),
    ...said.map(({ marker, body }) => segment(marker, body)),
    turned.subarray(2),
  ]);
}

/** More than the last row of blocks of a small photo takes, and no zeros, which a decoder makes up itself. */
const NOISE = Buffer.alloc(4096, Buffer.from([0x5a, 0xa5, 0x96, 0x3c, 0x69]));

const bytesOf = ({ pixels: { data } }: Decoded): Buffer => Buffer.from(data.buffer, data.byteOffset, data.byteLength);

function frameOf(segments: readonly Segment[]): Segment {
  const frame = segments.find(({ marker }) => isFrameHeader(marker));
  if (frame === undefined || frame.body.length < 6) throw withoutPixels('JPEG');
  return frame;
}

/** @throws PerpixelError E_FORMAT for the kinds of JPEG that are not handled */
function sizeOf(segments: readonly Segment[]): [height: number, width: number] {
  const { marker, body } = frameOf(segments);
  const [bits, components] = [body[0], body[5]];
  const refused = (kind: string) => unhandled(kind, 'the usual one of 8 bits', 'Convert it to PNG or TIFF first.');
  if ((marker & 3) === 3) throw refused('a lossless JPEG');
  if (marker > 0xc4 && marker !== 0xc9 && marker !== 0xca) throw refused('a hierarchical JPEG');
  if (bits !== 8) throw refused(`a JPEG of ${bits} bits`);
  if (marker > 0xc8) throw refused('a JPEG of arithmetic coding');
  if (components === 4) throw cmyk();
  if (components !== 1 && components !== 3) throw refused(`a JPEG of ${components} components`);
  const [height, width] = [body.readUInt16BE(1), body.readUInt16BE(3)];
  if (height === 0) throw refused('a JPEG that tells its height behind its pixels (DNL)');
  return [height, width];
}

async function metadataOf(bytes: Buffer, { segments, end }: JpegParts, signal?: AbortSignal): Promise<FileMetadata> {
  const metadata: FileMetadata = {};
  const tables: QuantisationTable[] = [];
  const icc: Buffer[] = [];
  const photoshop: Buffer[] = [];
  const extended: Buffer[] = [];
  const own: OwnSegment[] = [];
  const notices: string[] = [];
  let mpf: Buffer | undefined;
  let isGainMap = false;
  for (const { marker, body } of segments) {
    const after = (name: string) => (startsWith(body, name) ? body.subarray(name.length) : undefined);
    if (marker === APP0) {
      if (after(JFIF)) Object.assign(metadata, resolutionOf(body));
      else if (!after(JFXX)) own.push({ what: 'an APP0 segment', bytes: segment(marker, body) });
    } else if (marker === APP1 && after(EXIF)) metadata.exif ??= after(EXIF);
    else if (marker === APP1 && after(XMP)) metadata.xmp ??= after(XMP);
    else if (marker === APP1 && after(EXTENDED_XMP)) extended.push(after(EXTENDED_XMP)!);
    else if (marker === APP2 && after(ICC)) icc[body[ICC.length]] ??= body.subarray(ICC.length + 2);
    else if (marker === APP2 && after(MPF)) mpf = after(MPF);
    else if (marker === APP2 && after(ISO_GAIN_MAP)) isGainMap = true;
    else if (marker === APP11) notices.push(boxNotice(body));
    else if (marker === APP13 && after(PHOTOSHOP)) photoshop.push(after(PHOTOSHOP)!);
    else if (marker === COM) own.push({ what: 'a comment', bytes: segment(marker, body) });
    else if (marker === DQT) tables.push(...quantisationTables(body));
    else if (isFrameHeader(marker)) {
      metadata.progressive = marker === 0xc2;
      metadata.chromaSubsampling = chromaSubsampling(body);
    } else if (marker >= APP0 && marker <= APP15 && marker !== APP14) {
      own.push({ what: `an APP${marker - APP0} segment`, bytes: segment(marker, body) });
    }
  }
  if (icc.length > 0) metadata.icc = Buffer.concat(icc.filter(Boolean));
  if (photoshop.length > 0) {
    metadata.photoshop = withoutThumbnails(Buffer.concat(photoshop));
    metadata.iptc = iptcOf(metadata.photoshop);
  }
  if (end === undefined) metadata.isMended = true;
  metadata.extendedXmp = assembled(extended, metadata.xmp);
  if (end !== undefined) {
    const behind = bytes.subarray(end);
    const found = await gainMapIn(behind, signal);
    metadata.gainMap = found?.gainMap;
    const gainMap = found ? 'kept' : isGainMap ? 'claimed' : undefined;
    notices.push(...noticesOfBehind(found?.rest ?? behind, { xmp: metadata.xmp, gainMap, mpf }));
  }
  if (own.length > 0) metadata.ownSegments = own;
  metadata.quality = jpegQuality(tables);
  return { ...metadata, notices };
}

function segmentsOf(metadata: Raster['metadata']): Buffer[] {
  const { exif, icc, iptc, photoshop, ownSegments = [] } = metadata;
  const resources = photoshop ?? (iptc && photoshopOf(iptc));
  const hasResolution = metadata.density !== undefined || metadata.pixelAspect !== undefined;
  return [
    ...(!hasResolution && exif ? [] : [segment(APP0, jfif(metadata))]),
    ...(exif ? [named(APP1, EXIF, exif, 'EXIF')] : []),
    ...xmpSegments(metadata),
    ...(icc ? iccSegments(icc) : []),
    ...chunksOf(resources ?? Buffer.alloc(0), ROOM - PHOTOSHOP.length).map((c) => named(APP13, PHOTOSHOP, c, 'IPTC')),
    ...ownSegments.map(({ bytes }) => bytes),
  ];
}

function startsWith(body: Buffer, name: string): boolean {
  return body.toString('latin1', 0, name.length) === name;
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
  if (parts.length > 255) named(APP2, ICC, icc, 'profile');
  return parts.map((part, i) => named(APP2, ICC, Buffer.concat([Buffer.from([i + 1, parts.length]), part]), 'profile'));
}

/** A packet that does not fit into one segment goes into extended ones, and a short one says so. */
function xmpSegments({ xmp, extendedXmp }: Raster['metadata']): Buffer[] {
  if (!xmp) return [];
  const isLong = XMP.length + xmp.length > ROOM;
  const extended = isLong ? xmp : extendedXmp;
  if (!extended) return [named(APP1, XMP, xmp, 'XMP')];
  const md5 = createHash('md5').update(extended).digest('hex').toUpperCase();
  const guid = (!isLong && extendedGuid(xmp)) || md5;
  const parts = chunksOf(extended, ROOM - EXTENDED_XMP.length - EXTENDED_HEAD);
  const main = isLong ? pointerXmp(guid) : xmp;
  return [
    named(APP1, XMP, main, 'XMP'),
    ...parts.map((part, i) => {
      const head = Buffer.alloc(EXTENDED_HEAD);
      head.write(guid, 'latin1');
      head.writeUInt32BE(extended.length, 32);
      head.writeUInt32BE(i * (ROOM - EXTENDED_XMP.length - EXTENDED_HEAD), 36);
      return named(APP1, EXTENDED_XMP, Buffer.concat([head, part]), 'XMP');
    }),
  ];
}

/** The extended packet that the first one names, out of its parts; undefined where one is missing. */
function assembled(parts: readonly Buffer[], xmp: Buffer | undefined): Buffer | undefined {
  const guid = xmp && extendedGuid(xmp);
  const own = parts.filter((part) => part.length > EXTENDED_HEAD && part.toString('latin1', 0, 32) === guid);
  if (own.length === 0) return undefined;
  const inOrder = own.toSorted((a, b) => a.readUInt32BE(36) - b.readUInt32BE(36));
  const whole = Buffer.concat(inOrder.map((part) => part.subarray(EXTENDED_HEAD)));
  return whole.length === own[0].readUInt32BE(32) ? whole : undefined;
}

function chunksOf(bytes: Buffer, length: number): Buffer[] {
  const chunks: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += length) chunks.push(bytes.subarray(start, start + length));
  return chunks;
}

function jfif({ density, verticalDensity = density, pixelAspect }: FileMetadata): Buffer {
  const body = Buffer.from(`${JFIF}\x01\x02\0\0\x01\0\x01\0\0`, 'latin1');
  const [across, down] = pixelAspect ?? [density, verticalDensity];
  if (across === undefined || down === undefined) return body;
  const dots = (value: number) => Math.min(65_535, Math.max(1, Math.round(value)));
  body[7] = pixelAspect ? 0 : 1;
  body.writeUInt16BE(dots(across), 8);
  body.writeUInt16BE(dots(down), 10);
  return body;
}

function resolutionOf(body: Buffer): Pick<FileMetadata, 'density' | 'verticalDensity' | 'pixelAspect'> {
  if (body.length < 12) return {};
  const [unit, across, down] = [body[7], body.readUInt16BE(8), body.readUInt16BE(10)];
  if (across === 0 || down === 0) return {};
  if (unit === 0) return across === down ? {} : { pixelAspect: [across, down] };
  const inches = unit === 2 ? 2.54 : 1;
  return { density: across * inches, ...(down !== across && { verticalDensity: down * inches }) };
}

function quantisationTables(body: Buffer): QuantisationTable[] {
  const tables: QuantisationTable[] = [];
  let offset = 0;
  while (offset < body.length) {
    const wide = body[offset] >> 4 === 1;
    const length = wide ? 129 : 65;
    if (offset + length > body.length) break;
    const id = body[offset] & 15;
    const values: number[] = [];
    for (let i = 0; i < 64; i++) values.push(wide ? body.readUInt16BE(offset + 1 + 2 * i) : body[offset + 1 + i]);
    tables.push({ id, values });
    offset += length;
  }
  return tables;
}

/** SOF0 to SOF15, less DHT, JPG and DAC, which stand among them. */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** 4:2:0 where colour is halved both ways; every other layout is kept best by 4:4:4. */
function chromaSubsampling(frameHeader: Buffer): '4:4:4' | '4:2:0' | undefined {
  if (frameHeader[5] !== 3 || frameHeader.length < 12) return undefined;
  const luma = frameHeader[7];
  const chroma = frameHeader[10];
  return luma >> 4 > chroma >> 4 && (luma & 15) > (chroma & 15) ? '4:2:0' : '4:4:4';
}

/** JPEG's boxes hold a signature over the very bytes of the file, above all. */
function boxNotice(body: Buffer): string {
  return /c2pa|jumb/.test(body.toString('latin1', 0, 256))
    ? 'the content credentials (C2PA, APP11) are not kept: they vouch for the bytes of the original'
    : 'an APP11 segment is not kept';
}
