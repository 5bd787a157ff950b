import type { ByteSource } from '../../byteSource.js';
import { withoutExifPrefix } from '../../metadata/exif.js';
import { isShort, requireLength } from '../../pixelLimit.js';
import type { FileMetadata } from '../format.js';
import { type Heif, type HeifItem, readHeif } from './heif.js';
import { box } from './isoBoxes.js';

/** Properties that say how pixels are coded. */
const CODING = ['av1C', 'hvcC', 'colr'];
/** Of H.273, what makes RGB of the coded planes: RGB as it is, and two that make whole numbers of it without loss. Who chooses them means to lose nothing. */
const REVERSIBLE = [0, 16, 17];
const UNSPECIFIED = 2;
const ALPHA = /alpha|auxid:1$/;
const GAIN_MAP = /hdrgainmap$/;

/** What stands beside the pixels of AVIF and HEIC, and what is to be known before they are decoded. */
export interface HeifFacts {
  metadata: FileMetadata;
  size?: [height: number, width: number];
  isGrey?: boolean;
  isPremultiplied?: boolean;
  /** What the file says of its items, where it is not damaged. */
  heif?: Heif;
}

/** Bytes in which the boxes stand that tell of the picture; its pixels may follow. */
const HEAD = 16 * 2 ** 20;

/** Refuses a file that is far longer than its picture, before it is read as a whole. @throws PerpixelError E_SIZE */
export async function requireHeifLength(file: ByteSource): Promise<void> {
  if (isShort(file.size)) return;
  const { size = [0, 0] } = factsOf(Buffer.from(await file.read(0, HEAD)));
  requireLength(file.size, ...size);
}

/** Finds them. EXIF is taken out of the bytes: libvips' reader of it takes seconds for a few thousand entries. */
export function factsOf(bytes: Buffer): HeifFacts {
  try {
    const heif = readHeif(bytes);
    return heif ? { ...factsIn(heif, bytes), heif } : { metadata: {} };
  } catch {
    // The decoder has the last word on whether there is a picture.
    return { metadata: { notices: ['the metadata is damaged and not kept'] } };
  }
}

function factsIn(heif: Heif, bytes: Buffer): HeifFacts {
  const { primary, items, references } = heif;
  const metadata: FileMetadata = {};
  const facts: HeifFacts = { metadata };
  let lossless = false;
  // Of a picture in tiles, how they are coded stands with the tiles.
  const tile = references.find(({ type, from }) => type === 'dimg' && from === primary)?.to[0];
  const coding = tile === undefined ? [] : heif.propertiesOf(tile).filter(({ type }) => CODING.includes(type));
  for (const { type, body } of [...coding, ...heif.propertiesOf(primary)]) {
    if (type === 'ispe') facts.size = [body.readUInt32BE(8), body.readUInt32BE(4)];
    else if (type === 'pasp') metadata.pixelAspect = [body.readUInt32BE(4), body.readUInt32BE(0)];
    else if (type === 'av1C') {
      facts.isGrey = (body[2] & 0x10) !== 0;
      metadata.chromaSubsampling = (body[2] & 0x0c) === 0x0c ? '4:2:0' : '4:4:4';
      if (body[2] & 0x40) metadata.codedBits = body[2] & 0x20 ? 12 : 10;
    } else if (type === 'hvcC') {
      const chroma = body[16] & 3;
      facts.isGrey = chroma === 0;
      metadata.chromaSubsampling = chroma === 3 ? '4:4:4' : '4:2:0';
      const bits = 8 + (body[17] & 7);
      if (bits > 8) metadata.codedBits = bits > 10 ? 12 : 10;
    } else if (type === 'colr' && body.toString('latin1', 0, 4) !== 'nclx') metadata.icc = body.subarray(4);
    else if (type === 'colr') {
      const [primaries, transfer, matrix] = [4, 6, 8].map((at) => body.readUInt16BE(at));
      if (primaries !== UNSPECIFIED && transfer !== UNSPECIFIED) metadata.colour = { primaries, transfer };
      lossless = REVERSIBLE.includes(matrix);
    } else if (type === 'clli' || type === 'mdcv') {
      metadata.ownSegments = [
        ...(metadata.ownSegments ?? []),
        {
          what: type === 'clli' ? 'its brightest light (clli)' : 'the brightness of the display it was made on (mdcv)',
          bytes: box(type, body),
        },
      ];
    }
  }
  metadata.lossless = lossless;
  if (metadata.pixelAspect?.[0] === metadata.pixelAspect?.[1]) delete metadata.pixelAspect;
  facts.isPremultiplied = references.some(({ type, from }) => type === 'prem' && from === primary);
  for (const item of items) Object.assign(metadata, blobOf(item, heif, bytes));
  metadata.notices = noticesOf(heif);
  return facts;
}

function blobOf({ id, type, contentType }: HeifItem, heif: Heif, bytes: Buffer): Pick<FileMetadata, 'exif' | 'xmp'> {
  const isExif = type === 'Exif';
  if (!isExif && contentType !== 'application/rdf+xml') return {};
  const parts = heif.partsOf(id);
  const whole = Buffer.concat(parts.map(({ at, length }) => bytes.subarray(at, at + length)));
  if (!isExif) return whole.length > 0 ? { xmp: whole } : {};
  for (const { at, length } of parts) bytes.fill(0, at, at + length);
  if (whole.length < 8) return {};
  // EXIF begins with how many bytes stand before its TIFF header.
  return { exif: withoutExifPrefix(whole.subarray(Math.min(whole.length, 4 + whole.readUInt32BE(0)))) };
}

function noticesOf({ primary, items, references, propertiesOf }: Heif): string[] {
  const notices: string[] = [];
  if (items.some(({ type }) => type === 'tmap')) notices.push('the gain map (HDR) is not kept');
  const beside = references.filter(({ type, to }) => type === 'auxl' && to.includes(primary)).map(({ from }) => from);
  const kinds = beside
    .flatMap((item) => propertiesOf(item).filter(({ type }) => type === 'auxC'))
    .map(({ body }) => body.toString('latin1', 4).split('\0')[0]);
  if (kinds.some((kind) => GAIN_MAP.test(kind))) notices.push('the gain map (HDR) is not kept');
  if (kinds.some((kind) => !ALPHA.test(kind) && !GAIN_MAP.test(kind)))
    notices.push('the second picture in the file (depth, or the like) is not kept');
  return notices;
}
