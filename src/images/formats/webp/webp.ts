import type { ByteSource } from '../../byteSource.js';
import { withoutExifPrefix } from '../../metadata/exif.js';
import { isShort, requireSize } from '../../pixelLimit.js';
import type { OwnSegment, Raster } from '../../raster.js';
import { noticesOfAppended } from '../appended.js';
import type { Edit } from '../edits.js';
import type { FileMetadata, ImageFormat } from '../format.js';
import { animated, unhandled, withoutPixels } from '../unhandled.js';
import { withUpright } from '../withUpright.js';
import { vp8Quality } from './vp8Quality.js';

/** Bits of VP8X's first byte. */
const ANIMATION = 0x02;
const XMP = 0x04;
const EXIF = 0x08;
const ALPHA = 0x10;
const ICC = 0x20;

/** A photo has at most ten. */
const MOST_CHUNKS = 10_000;
const SAVE_AGAIN = 'Open it in the program that made it, and save it again.';

/** `RIFF`, and how many bytes follow. */
const RIFF_HEAD = 8;

/** A RIFF file with ICCP before the pixels, EXIF and XMP behind, all announced in VP8X. */
export const webp: ImageFormat<'webp'> = {
  name: 'webp',
  title: 'WebP',
  extensions: ['webp'],
  signature: /^RIFF.{4}WEBP/s,
  depths: [8],
  holds: ['alpha', 'icc', 'exif', 'xmp'],
  quality: 90,
  longestSide: 16_383,
  codec: 'webp',

  async read(file, options) {
    const stated = RIFF_HEAD + (await file.readExactly(0, RIFF_HEAD)).readUInt32LE(4);
    // What was cut off behind the pixels would go unnoticed; by one byte of padding, some writers miscount.
    if (file.size < stated - 1) throw withoutPixels('WebP');
    const metadata: FileMetadata = {};
    const own: OwnSegment[] = [];
    const pixels: Buffer[] = [];
    let exifAt: number | undefined;
    for await (const { type, body, whole, bodyAt } of chunksOf(file)) {
      if (type === 'ANIM' || (type === 'VP8X' && body[0] & ANIMATION)) throw animated('WebP');
      const size = sizeOf(type, body);
      if (size) requireSize(...size, options.limitPixels);
      if (type === 'ICCP') metadata.icc = Buffer.from(body);
      else if (type === 'EXIF') {
        metadata.exif = withoutExifPrefix(Buffer.from(body));
        exifAt = bodyAt + body.length - metadata.exif.length;
      } else if (type === 'XMP ') metadata.xmp = Buffer.from(body);
      else if (['VP8X', 'ALPH', 'VP8 ', 'VP8L'].includes(type)) {
        const part = Buffer.from(whole);
        // Announced to the decoder, it would be looked for.
        if (type === 'VP8X') part[8] &= ALPHA;
        pixels.push(part);
        if (type === 'VP8L') metadata.lossless = true;
        if (type === 'VP8 ') Object.assign(metadata, { lossless: false, quality: vp8Quality(body) });
      } else own.push({ what: `its chunk ${type.trim()}`, bytes: Buffer.from(whole) });
    }
    if (own.length > 0) metadata.ownSegments = own;
    metadata.notices = await noticesOfAppended(file, stated);
    const { decode } = await import('../libvips.js');
    const decoded = (orientation: number) => decode(riff(pixels), { ...options, orientation });
    return withUpright(metadata, decoded, { lossy: metadata.lossless ? undefined : { exifAt } });
  },

  async write(raster, { quality, lossless }) {
    const { encoderOf } = await import('../libvips.js');
    // exact: colours under full transparency are the user's too.
    const image = encoderOf(raster, 8).webp({ quality, lossless, exact: true, smartSubsample: true });
    return { file: image, edits: (encoded) => edits(encoded, raster) };
  },
};

async function edits(encoded: ByteSource, { metadata }: Raster): Promise<Edit[]> {
  const { icc, exif, xmp, ownSegments = [] } = metadata;
  if (!icc && !exif && !xmp && ownSegments.length === 0) return [];
  const { value: first } = await chunksOf(encoded).next();
  if (!first) return [];
  const flags = (icc ? ICC : 0) | (exif ? EXIF : 0) | (xmp ? XMP : 0);
  const extended = first.type === 'VP8X' ? Buffer.from(first.body) : extendedHeader(first);
  extended[0] |= flags;
  const head = Buffer.concat([chunk('VP8X', extended), ...(icc ? [chunk('ICCP', icc)] : [])]);
  const tail = Buffer.concat([
    ...(exif ? [chunk('EXIF', exif)] : []),
    ...(xmp ? [chunk('XMP ', xmp)] : []),
    ...ownSegments.map(({ bytes }) => bytes),
  ]);
  const removed = first.type === 'VP8X' ? 18 : 0;
  const size = Buffer.alloc(4);
  size.writeUInt32LE(encoded.size - 8 - removed + head.length + tail.length);
  return [
    { at: 4, remove: 4, insert: size },
    { at: 12, remove: removed, insert: head },
    { at: encoded.size, remove: 0, insert: tail },
  ];
}

interface Chunk {
  type: string;
  body: Buffer;
  /** With type, length and padding. */
  whole: Buffer;
  /** Where the body stands in the file. */
  bodyAt: number;
}

/**
 * The chunks of a WebP; its coded pixels are small enough to be in memory.
 *
 * @throws PerpixelError E_FORMAT for chunks without end, or longer than pixels can be
 */
async function* chunksOf(file: ByteSource): AsyncGenerator<Chunk> {
  const end = Math.min(file.size, RIFF_HEAD + (await file.read(0, RIFF_HEAD)).readUInt32LE(4) + 1);
  let at = 12;
  for (let count = 1; at + 8 <= end; count++) {
    if (count > MOST_CHUNKS) throw unhandled(`a WebP of more than ${MOST_CHUNKS} chunks`, 'a photo', SAVE_AGAIN);
    const head = await file.read(at, 8);
    if (head.length < 8) return;
    const type = head.toString('latin1', 0, 4);
    const length = head.readUInt32LE(4);
    if (!isShort(length)) throw unhandled(`a WebP with a chunk of ${length} bytes`, 'a photo', SAVE_AGAIN);
    const whole = await file.read(at, 8 + length + (length % 2));
    yield { type, body: whole.subarray(8, 8 + length), whole, bodyAt: at + 8 };
    at += 8 + length + (length % 2);
  }
}

function chunk(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(type, 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}

function riff(chunks: readonly Buffer[]): Buffer {
  if (chunks.length === 0) throw withoutPixels('WebP');
  const body = Buffer.concat([Buffer.from('WEBP', 'latin1'), ...chunks]);
  return chunk('RIFF', body);
}

/** The size that a chunk of coded pixels, or the announcement of them, states. */
function sizeOf(type: string, body: Buffer): [height: number, width: number] | undefined {
  if (type === 'VP8X' && body.length >= 10) return [body.readUIntLE(7, 3) + 1, body.readUIntLE(4, 3) + 1];
  if (type === 'VP8L' && body.length >= 5) {
    const bits = body.readUInt32LE(1);
    return [((bits >> 14) & 0x3fff) + 1, (bits & 0x3fff) + 1];
  }
  if (type === 'VP8 ' && body.length >= 10) return [body.readUInt16LE(8) & 0x3fff, body.readUInt16LE(6) & 0x3fff];
  return undefined;
}

/** VP8X as it must be for a file that came without: canvas size from the bitstream, and whether that has alpha. */
function extendedHeader({ type, body }: Chunk): Buffer {
  const header = Buffer.alloc(10);
  const [height, width] = sizeOf(type, body) ?? [1, 1];
  if (type === 'VP8L' && body.readUInt32LE(1) & (1 << 28)) header[0] |= ALPHA;
  header.writeUIntLE(width - 1, 4, 3);
  header.writeUIntLE(height - 1, 7, 3);
  return header;
}
