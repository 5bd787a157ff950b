import { deflateSync } from 'node:zlib';
import type { ByteSource } from '../../byteSource.js';
import { codePoints, isHdr } from '../../metadata/colour.js';
import { hasManyPointers, withoutExifPrefix } from '../../metadata/exif.js';
import { iptcOf } from '../../metadata/photoshop.js';
import { requireSize } from '../../pixelLimit.js';
import type { Colour, OwnSegment, Raster } from '../../raster.js';
import { noticesOfAppended } from '../appended.js';
import type { Edit } from '../edits.js';
import type { FileMetadata, ImageFormat } from '../format.js';
import { animated, unhandled } from '../unhandled.js';
import { withUpright } from '../withUpright.js';
import { type Chunk, chunk, chunksOf, SIGNATURE } from './chunks.js';
import { fromHex, iptcText, textOf, Unpacker } from './text.js';

/** Behind the signature (8 bytes) and IHDR (25). */
const AFTER_HEADER = 33;
const METRES_AN_INCH = 0.0254;
const XMP_KEYWORD = 'XML:com.adobe.xmp';
/** ImageMagick's and older exiftool's way, from before eXIf was part of PNG: a hex dump in a text chunk. */
const RAW_PROFILE = /^Raw profile type (exif|APP1|iptc|8bim|xmp)$/;
const INDEXED = 3;

/** What is kept as it stands beside what has a field of its own; in words where another format has no place for it. */
const OWN: ReadonlyMap<string, string | undefined> = new Map([
  ['gAMA', undefined],
  ['cHRM', undefined],
  ['sRGB', undefined],
  ['cICP', undefined],
  ['mDCV', 'the brightness of the display it was made on (mDCV)'],
  ['mDCv', 'the brightness of the display it was made on (mDCv)'],
  ['cLLI', 'its brightest light (cLLI)'],
  ['cLLi', 'its brightest light (cLLi)'],
  ['bKGD', undefined],
  ['sBIT', undefined],
  ['tIME', undefined],
  ['oFFs', 'its place on a page (oFFs)'],
  ['pCAL', 'what its values measure (pCAL)'],
  ['sCAL', 'its physical scale (sCAL)'],
  ['sTER', 'that it is a stereo pair (sTER)'],
]);
/** What belongs to the coding of pixels, or is written anew. */
const CODING = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND', 'pHYs', 'hIST', 'sPLT', 'acTL', 'fcTL', 'fdAT']);

/** iCCP, eXIf, XMP in iTXt, density in pHYs; before EXIF had a chunk of its own, hex dumps in text. */
export const png: ImageFormat<'png'> = {
  name: 'png',
  title: 'PNG',
  extensions: ['png'],
  // biome-ignore lint/suspicious/noControlCharactersInRegex: bytes of a file.
  signature: /^\x89PNG\r\n\x1a\n/s,
  depths: [8, 16],
  holds: ['alpha', 'colour', 'icc', 'exif', 'xmp', 'iptc', 'density', 'pixelAspect'],
  codec: 'png',

  async read(file, options) {
    const { metadata, header, pixels, isOdd } = await contentsOf(file);
    if (header && header.length >= 8) {
      requireSize(header.readUInt32BE(4), header.readUInt32BE(0), options.limitPixels);
    }
    const { decode } = await import('../libvips.js');
    const input = isOdd
      ? Buffer.concat([SIGNATURE, ...(await Promise.all(pixels.map((take) => take())))])
      : file.origin;
    return withUpright(metadata, (orientation) => decode(input, { ...options, orientation }));
  },

  async write(raster, { bitDepth, compression }) {
    const { encoderOf } = await import('../libvips.js');
    const image = encoderOf(raster, bitDepth).png({ compressionLevel: compression === 'none' ? 0 : 6 });
    return { file: image, edits: (encoded) => edits(encoded, raster) };
  },
};

interface Contents {
  metadata: FileMetadata;
  /** The body of IHDR. */
  header?: Buffer;
  /** The chunks that make the pixels, read when they are asked for. */
  pixels: (() => Promise<Buffer>)[];
  /** Whether a decoder might stumble over what stands between them. */
  isOdd: boolean;
}

/** @throws PerpixelError E_FORMAT for an animation */
async function contentsOf(file: ByteSource): Promise<Contents> {
  const metadata: FileMetadata = {};
  const own: OwnSegment[] = [];
  const notices: string[] = [];
  const contents: Contents = { metadata, pixels: [], isOdd: false };
  const colours = new Map<string, Buffer>();
  const unpacker = new Unpacker();
  let isIndexed = false;
  let lastEnd = file.size;
  for await (const { type, body, whole, at, end } of chunksOf(file)) {
    if (['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'].includes(type)) {
      contents.pixels.push(async () => Buffer.from(await file.read(at, end - at)));
    }
    if (type === 'IEND') lastEnd = end;
    if (type === 'IHDR') {
      contents.header ??= body;
      isIndexed = body[9] === INDEXED;
    }
    if (type === 'CgBI') {
      throw unhandled(
        'a PNG for iPhones only (CgBI)',
        'a PNG as its standard has it',
        'Open it on a Mac, and save it again.',
      );
    }
    if (type === 'acTL' && body.length >= 4 && body.readUInt32BE(0) > 1) throw animated('PNG');
    // Of one picture: an animation that is none.
    if (type === 'acTL') contents.isOdd = true;
    const part = await partOf({ type, body }, unpacker).catch(() => undefined);
    if (part === undefined) {
      contents.isOdd = true;
      metadata.isMended = true;
      notices.push(`the ${NAMES[type] ?? `chunk ${type}`} is damaged and not kept`);
    } else Object.assign(metadata, { ...part, ...metadata });
    // libvips' reader of EXIF takes seconds for a few thousand pointers.
    if (type === 'eXIf' && hasManyPointers(body)) contents.isOdd = true;
    if (['gAMA', 'cHRM', 'sRGB', 'cICP'].includes(type)) colours.set(type, body);
    // Of a palette, they speak of its entries, and there is none in the result.
    const isOfPalette = isIndexed && type === 'bKGD';
    if (OWN.has(type) && !isOfPalette) own.push({ what: OWN.get(type), bytes: whole });
    else if (isText(type) && part && Object.keys(part).length === 0) {
      const keyword = textOf(type, body)?.keyword;
      own.push({ what: `its text${keyword ? ` (${keyword})` : ''}`, bytes: whole });
    } else if (type === 'caBX') {
      notices.push('the content credentials (C2PA) are not kept: they vouch for the bytes of the original');
    } else if (isUnknown(type)) {
      // By the rules of PNG, the last letter tells whether a chunk stays true when pixels change.
      if (type[3] === type[3].toLowerCase()) own.push({ what: `its chunk ${type}`, bytes: whole });
      else notices.push(`the chunk ${type} is not kept: it belongs to the very pixels of the original`);
    }
  }
  notices.push(...(await noticesOfAppended(file, lastEnd)));
  if (own.length > 0) metadata.ownSegments = own;
  metadata.colour = colourOf(colours);
  if (notices.length > 0) metadata.notices = notices;
  return contents;
}

const NAMES: Readonly<Record<string, string>> = { iCCP: 'profile', eXIf: 'EXIF', zTXt: 'text', iTXt: 'text (or XMP)' };

const isText = (type: string): boolean => type === 'tEXt' || type === 'zTXt' || type === 'iTXt';

const isUnknown = (type: string): boolean =>
  /^[a-z][A-Za-z]{3}$/.test(type) &&
  !CODING.has(type) &&
  !OWN.has(type) &&
  !isText(type) &&
  !['iCCP', 'eXIf'].includes(type);

/** What a chunk says of the picture: fields of its metadata, or none. @throws where it is damaged */
async function partOf({ type, body }: Pick<Chunk, 'type' | 'body'>, unpacker: Unpacker): Promise<FileMetadata> {
  if (type === 'iCCP') {
    const name = body.indexOf(0);
    if (name < 0) throw new Error('no profile');
    return { icc: await unpacker.unpack(body.subarray(name + 2)) };
  }
  if (type === 'eXIf') return { exif: withoutExifPrefix(body) };
  if (type === 'pHYs' && body.length === 9) return resolutionOf(body);
  if (!isText(type)) return {};
  const text = textOf(type, body);
  if (text === undefined) throw new Error('no text');
  if (text.keyword === XMP_KEYWORD) return { xmp: await text.value(unpacker) };
  const raw = RAW_PROFILE.exec(text.keyword)?.[1];
  if (raw === undefined) return {};
  const profile = fromHex(await text.value(unpacker));
  if (raw === 'xmp') return { xmp: profile };
  if (raw === 'iptc') return iptcParts(profile);
  if (raw === '8bim') return { photoshop: profile, iptc: iptcOf(profile) };
  return profile.toString('latin1', 0, 5) === 'http:'
    ? { xmp: afterZero(profile) }
    : { exif: withoutExifPrefix(profile) };
}

/** ImageMagick calls Photoshop's resources, with IPTC in them, by the name of IPTC. */
function iptcParts(profile: Buffer): FileMetadata {
  const inside = iptcOf(profile);
  return inside ? { photoshop: profile, iptc: inside } : { iptc: profile };
}

const afterZero = (bytes: Buffer): Buffer => bytes.subarray(bytes.indexOf(0) + 1);

async function edits(encoded: ByteSource, { metadata, pixels }: Raster): Promise<Edit[]> {
  const { icc, exif, xmp, iptc, colour, ownSegments = [] } = metadata;
  const removals: Edit[] = [];
  // The encoder states a density of its own making.
  for await (const { type, at, whole } of chunksOf(encoded)) {
    if (type === 'IDAT') break;
    if (type === 'pHYs') removals.push({ at, remove: whole.length, insert: Buffer.alloc(0) });
  }
  const isTold = ownSegments.some(({ bytes }) => bytes.toString('latin1', 4, 8) === 'cICP');
  // No profile says what HDR is; the tags go before it.
  const isNeeded = colour && !isTold && (!icc || isHdr(colour));
  const code = isNeeded ? codePoints(colour) : undefined;
  const isGrey = pixels.shape[2] === 1;
  const fitting = ownSegments.filter(({ bytes }) => fits(bytes, isGrey ? 1 : 3));
  const physical = physicalOf(metadata);
  const parts = [
    ...(code ? [chunk('cICP', Buffer.from([code.primaries, code.transfer, 0, 1]))] : []),
    ...(icc ? [chunk('iCCP', Buffer.concat([Buffer.from('icc\0\0', 'latin1'), deflateSync(icc)]))] : []),
    ...fitting.map(({ bytes }) => bytes),
    ...(physical ? [chunk('pHYs', physical)] : []),
    ...(exif ? [chunk('eXIf', exif)] : []),
    ...(xmp ? [chunk('iTXt', Buffer.concat([Buffer.from(`${XMP_KEYWORD}\0\0\0\0\0`, 'latin1'), xmp]))] : []),
    ...(iptc
      ? [
          chunk(
            'zTXt',
            Buffer.concat([Buffer.from('Raw profile type iptc\0\0', 'latin1'), deflateSync(iptcText(iptc))]),
          ),
        ]
      : []),
  ];
  return [{ at: AFTER_HEADER, remove: 0, insert: Buffer.concat(parts) }, ...removals];
}

/** bKGD and sBIT have a value a channel: those of a picture that has become grey, or RGB, are none of its own. */
function fits(bytes: Buffer, channels: 1 | 3): boolean {
  const type = bytes.toString('latin1', 4, 8);
  const length = bytes.readUInt32BE(0);
  if (type === 'bKGD') return length === 2 * channels;
  if (type === 'sBIT') return length === channels || length === channels + 1;
  return true;
}

/** How colours are meant, where no profile says it: cICP goes before sRGB, that before gAMA and cHRM. */
function colourOf(chunks: ReadonlyMap<string, Buffer>): Colour | undefined {
  const [cicp, gama, chrm] = ['cICP', 'gAMA', 'cHRM'].map((type) => chunks.get(type));
  if (cicp && cicp.length >= 4 && cicp[2] === 0) return { primaries: cicp[0], transfer: cicp[1] };
  if (chunks.has('sRGB') || (!gama && !chrm)) return undefined;
  const gamma = gama && gama.length === 4 ? gama.readUInt32BE(0) / 100_000 : 0;
  const points =
    chrm && chrm.length === 32 ? Array.from({ length: 8 }, (_, i) => chrm.readUInt32BE(4 * i) / 100_000) : 1;
  return { primaries: points, transfer: gamma > 0 ? { gamma: 1 / gamma } : 13 };
}

function resolutionOf(body: Buffer): FileMetadata {
  const [across, down] = [body.readUInt32BE(0), body.readUInt32BE(4)];
  if (across === 0 || down === 0) return {};
  if (body[8] !== 1) return across === down ? {} : { pixelAspect: [across, down] };
  const vertical = across === down ? {} : { verticalDensity: down * METRES_AN_INCH };
  return { density: across * METRES_AN_INCH, ...vertical };
}

function physicalOf({ density, verticalDensity = density, pixelAspect }: FileMetadata): Buffer | undefined {
  const body = Buffer.alloc(9);
  const dots = (value: number) => Math.min(0x7fffffff, Math.max(1, Math.round(value)));
  if (pixelAspect) {
    body.writeUInt32BE(dots(pixelAspect[0]), 0);
    body.writeUInt32BE(dots(pixelAspect[1]), 4);
    return body;
  }
  if (density === undefined || verticalDensity === undefined) return undefined;
  body.writeUInt32BE(dots(density / METRES_AN_INCH), 0);
  body.writeUInt32BE(dots(verticalDensity / METRES_AN_INCH), 4);
  body[8] = 1;
  return body;
}
