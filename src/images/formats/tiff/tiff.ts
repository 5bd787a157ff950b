import { ByteSource } from '../../byteSource.js';
import { iptcOf, withoutThumbnails } from '../../metadata/photoshop.js';
import {
  inByteOrder,
  readTiff,
  serialiseDirectory,
  serialiseTiff,
  type TiffDirectory,
  type TiffEntry,
  tiffEntry,
  tiffHeader,
  tiffNumber,
} from '../../metadata/tiffStructure.js';
import { requireSize } from '../../pixelLimit.js';
import type { Raster } from '../../raster.js';
import type { Edit } from '../edits.js';
import type { Decoded, FileMetadata, ImageFormat, ReadOptions } from '../format.js';
import { unhandled, withoutPixels } from '../unhandled.js';
import { unmultiply } from '../unmultiply.js';
import { withUpright } from '../withUpright.js';
import { decodeTiff } from './decodeTiff.js';
import { encodeFloatTiff } from './floatTiff.js';
import { layoutOf, needsOwnDecoder, RAW, type TiffLayout } from './tiffLayout.js';

const NEW_SUBFILE_TYPE = 254;
const OLD_SUBFILE_TYPE = 255;
const COMPRESSION = 259;
const PHOTOMETRIC = 262;
const MAKE = 271;
const ORIENTATION = 274;
const X_RESOLUTION = 282;
const Y_RESOLUTION = 283;
const RESOLUTION_UNIT = 296;
const SUB_IFDS = 330;
const XMP = 700;
const IPTC = 33723;
const PHOTOSHOP = 34377;
const ICC = 34675;
const DNG_VERSION = 50706;

const RATIONAL = 5;
const BYTE = 1;
const UNDEFINED = 7;
const WHITE_IS_ZERO = 0;
/** Units of RESOLUTION_UNIT: none, inch, centimetre. */
const UNITS = [1, 2, 3];

/**
 * Tags that say how pixels are laid out in this one file, or that have a field of their own in `Metadata`. Every other
 * tag of the first directory (camera, time, author, geography) describes the picture and goes with it.
 */
// biome-ignore format: one a line would be a page of numbers.
const LAYOUT = new Set([
  254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 277, 278, 279, 280, 281, 284, 288, 289, 290, 291, 292,
  293, 297, 317, 320, 321, 322, 323, 324, 325, 326, 327, 328, 330, 332, 333, 334, 336, 337, 338, 339, 340, 341, 342,
  343, 344, 345, 346, 347, 351, 400, 512, 513, 514, 515, 517, 518, 519, 520, 521, 529, 530, 531, 532, 559, 37724,
  XMP, IPTC, PHOTOSHOP, ICC,
]);

/** Names of sharp for the compressions that it writes. */
const COMPRESSIONS: Readonly<Record<number, string>> = {
  1: 'none',
  5: 'lzw',
  7: 'jpeg',
  8: 'deflate',
  32773: 'packbits',
  32946: 'deflate',
};

/**
 * Profile, XMP and IPTC are tags; EXIF is the directory of the picture itself, with the directories it points to. Maker notes that
 * count from the start of the file, as some cameras', keep their bytes but not their place.
 */
export const tiff: ImageFormat<'tiff'> = {
  name: 'tiff',
  title: 'TIFF',
  extensions: ['tif', 'tiff'],
  // biome-ignore lint/suspicious/noControlCharactersInRegex: bytes of a file.
  signature: /^(?:II[*+]\0|MM\0[*+])(?!.{4}CR\x02)/s,
  depths: [8, 16, 32],
  holds: ['alpha', 'icc', 'exif', 'xmp', 'iptc', 'density', 'pixelAspect'],
  codec: 'tiff',

  async read(file, options) {
    const { directories, isCut } = await readTiff(file);
    if (isCut) throw withoutPixels('TIFF');
    if (isRaw(directories)) {
      const { readRawPhoto } = await import('../raw/readRawPhoto.js');
      return readRawPhoto(file, options);
    }
    return readPage(file, directories, pageOf(directories), options);
  },

  async write(raster, encoding) {
    const { compression, quality } = encoding;
    const withMetadata = (encoded: ByteSource) => edits(encoded, raster.metadata);
    if (encoding.bitDepth === 32) return { file: await encodeFloatTiff(raster, compression), edits: withMetadata };
    const { encoderOf } = await import('../libvips.js');
    // JPEG in TIFF has neither alpha nor more than 8 bits.
    const isUnfit = compression === 'jpeg' && (raster.alpha !== undefined || encoding.bitDepth > 8);
    const image = encoderOf(raster, encoding.bitDepth).tiff({
      compression: (isUnfit ? 'deflate' : compression) as 'deflate',
      quality,
    });
    return { file: image, edits: withMetadata };
  },
};

/**
 * The picture of one directory.
 *
 * @param isOwn whether our own decoder reads it. @default where libvips cannot
 */
export async function readPage(
  file: ByteSource,
  directories: readonly TiffDirectory[],
  page: number,
  { isOwn: asked = false, ...options }: ReadOptions & { isOwn?: boolean },
): Promise<Decoded> {
  const directory = directories[page];
  const layout = layoutOf(directory);
  requireLayout(layout, options);
  const isOwn = needsOwnDecoder(layout) || asked;
  const picture = await withUpright(metadataOf(directory, directories[0]), async (orientation) => {
    if (isOwn) return decodeTiff(file, layout, { ...options, orientation });
    const { decode } = await import('../libvips.js');
    return decode(file.origin, { ...options, orientation, page, unlimited: true });
  });
  return asShown(picture, layout, isOwn);
}

/** @throws PerpixelError E_SIZE */
export function requireLayout({ height, width, chunk }: TiffLayout, { limitPixels }: ReadOptions): void {
  requireSize(height, width, limitPixels);
  // A tile is made whole, however little of it is shown.
  requireSize(chunk.height, chunk.width, limitPixels);
}

/** Black is 0, and colours are not multiplied by alpha, whatever the file had. libvips does some of that itself. */
function asShown(picture: Decoded, { photometric, isPremultiplied, isFloat }: TiffLayout, isOwn: boolean): Decoded {
  if (photometric === WHITE_IS_ZERO && (isFloat || isOwn)) {
    const { data } = picture.pixels;
    const white = data instanceof Float32Array ? 1 : data instanceof Uint16Array ? 65_535 : 255;
    for (let i = 0; i < data.length; i++) data[i] = white - data[i];
  }
  if (isPremultiplied && isOwn) unmultiply(picture);
  return picture;
}

/** Whether it is of a camera: a DNG, or a picture of a maker's whose raw samples are in a directory below, or in the first itself. */
function isRaw([first]: readonly TiffDirectory[]): boolean {
  if (first === undefined) return false;
  const hasRaw = isReduced(first) && valueAt(first, SUB_IFDS) !== undefined && valueAt(first, MAKE) !== undefined;
  const isMosaic = RAW.has(numberOf(first, PHOTOMETRIC) ?? 0) && valueAt(first, MAKE) !== undefined;
  return hasRaw || isMosaic || valueAt(first, DNG_VERSION) !== undefined;
}

/** Which directory is the picture: others may be reduced versions and masks of it. @throws PerpixelError E_FORMAT for none, and several */
function pageOf(directories: readonly TiffDirectory[]): number {
  const [first] = directories;
  if (first === undefined) throw withoutPixels('TIFF');
  const pages = pagesOf(directories);
  if (pages.length === 1) return pages[0];
  if (pages.length > 1) {
    throw unhandled(
      `a TIFF of ${pages.length} pages`,
      'one picture',
      'Extract its pages into files of their own, for instance with `tiffsplit`.',
    );
  }
  // A reduced version of nothing is all there is, unless the whole is in a directory below.
  if (valueAt(first, SUB_IFDS) === undefined) return 0;
  throw unhandled(
    'a TIFF with its picture in a directory below a reduced one (SubIFD)',
    'the picture in a directory of the file itself',
    'Open it in the program that made it, and save it again.',
  );
}

/** Which directories are pictures of their own. */
export const pagesOf = (directories: readonly TiffDirectory[]): number[] =>
  directories.flatMap((directory, i) => (isReduced(directory) || isMask(directory) ? [] : [i]));

const isReduced = (directory: TiffDirectory): boolean =>
  ((numberOf(directory, NEW_SUBFILE_TYPE) ?? 0) & 1) === 1 || numberOf(directory, OLD_SUBFILE_TYPE) === 2;

const isMask = (directory: TiffDirectory): boolean => ((numberOf(directory, NEW_SUBFILE_TYPE) ?? 0) & 4) === 4;

/** @param first of the file, which may describe the picture where its own directory does not */
function metadataOf(directory: TiffDirectory, first: TiffDirectory): FileMetadata {
  const metadata: FileMetadata = { compression: COMPRESSIONS[numberOf(directory, COMPRESSION) ?? 1] };
  metadata.icc = valueAt(directory, ICC);
  metadata.xmp = valueAt(directory, XMP) ?? valueAt(first, XMP);
  const photoshop = valueAt(directory, PHOTOSHOP) ?? valueAt(first, PHOTOSHOP);
  metadata.photoshop = photoshop && withoutThumbnails(photoshop);
  const iptc = valueAt(directory, IPTC) ?? valueAt(first, IPTC);
  metadata.iptc = iptc ?? (metadata.photoshop && iptcOf(metadata.photoshop));
  Object.assign(metadata, resolutionOf(directory));
  const entries = new Map([...first.entries, ...directory.entries].map((entry) => [entry.tag, entry]));
  const described = {
    littleEndian: directory.littleEndian,
    entries: [...entries.values()].filter((entry) => isDescription(entry, directory.littleEndian)),
    children: new Map([...first.children, ...directory.children]),
  };
  if (described.entries.length + described.children.size > 0) {
    metadata.exif = serialiseTiff(described);
  }
  return metadata;
}

function isDescription(entry: TiffEntry, littleEndian: boolean): boolean {
  // A unit that is none is refused by other readers, file and all.
  if (entry.tag === RESOLUTION_UNIT) return UNITS.includes(tiffNumber(entry, littleEndian) ?? 0);
  return !LAYOUT.has(entry.tag);
}

function resolutionOf(directory: TiffDirectory): Pick<FileMetadata, 'density' | 'verticalDensity' | 'pixelAspect'> {
  const [across, down] = [numberOf(directory, X_RESOLUTION), numberOf(directory, Y_RESOLUTION)].map((value) =>
    value !== undefined && value > 0 && value < 1e6 ? value : undefined,
  );
  const unit = numberOf(directory, RESOLUTION_UNIT) ?? 2;
  if (across === undefined || !UNITS.includes(unit)) return {};
  if (unit === 1) return down === undefined || down === across ? {} : { pixelAspect: [across, down] };
  const inches = unit === 3 ? 2.54 : 1;
  const vertical = down === undefined || down === across ? {} : { verticalDensity: down * inches };
  return { density: across * inches, ...vertical };
}

async function edits(encoded: ByteSource, metadata: Raster['metadata']): Promise<Edit[]> {
  const { icc, exif, xmp, iptc, photoshop } = metadata;
  const [written] = (await readTiff(encoded)).directories;
  const le = written.littleEndian;
  const [described] = exif ? await directoriesOf(exif) : [];
  const kept = described && inByteOrder(described, le);
  const added = [
    ...resolutionEntries(metadata, le),
    ...(kept?.entries.filter((entry) => isDescription(entry, le)) ?? []),
    ...blobEntries({ [XMP]: xmp, [IPTC]: iptc, [PHOTOSHOP]: photoshop, [ICC]: icc }),
  ];
  const isDefault = ({ tag }: TiffEntry) =>
    tag === X_RESOLUTION || tag === Y_RESOLUTION || tag === RESOLUTION_UNIT || tag === ORIENTATION;
  const structure = written.entries.filter((entry) => !isDefault(entry));
  const entries = new Map([...structure, ...added].map((entry) => [entry.tag, entry]));
  const directory = { littleEndian: le, entries: [...entries.values()], children: kept?.children ?? new Map() };
  // A new directory at the end, and the header leads to it; the old one stays behind, a few bytes that nobody reads.
  const at = encoded.size + (encoded.size % 2);
  const padding = Buffer.alloc(at - encoded.size);
  return [
    { at: 0, remove: 8, insert: tiffHeader(le, at) },
    { at: encoded.size, remove: 0, insert: Buffer.concat([padding, serialiseDirectory(directory, at)]) },
  ];
}

/** What is left of EXIF that makes no sense is nothing. */
async function directoriesOf(exif: Buffer): Promise<TiffDirectory[]> {
  return readTiff(ByteSource.ofBuffer(exif)).then(
    ({ directories }) => directories,
    () => [],
  );
}

function blobEntries(blobs: Record<number, Buffer | undefined>): TiffEntry[] {
  return Object.entries(blobs).flatMap(([tag, value]) =>
    value ? [{ tag: Number(tag), type: Number(tag) === XMP ? BYTE : UNDEFINED, count: value.length, value }] : [],
  );
}

function resolutionEntries(
  { density, verticalDensity = density, pixelAspect }: FileMetadata,
  le: boolean,
): TiffEntry[] {
  const [across, down] = pixelAspect ?? [density, verticalDensity];
  if (across === undefined || down === undefined) return [];
  const entry = (tag: number, dots: number): TiffEntry => {
    const thousandths = Math.min(0xffffffff, Math.max(1, Math.round(dots * 1000)));
    return { tag, type: RATIONAL, count: 1, value: tiffEntry(tag, 4, [thousandths, 1000], le).value };
  };
  return [
    entry(X_RESOLUTION, across),
    entry(Y_RESOLUTION, down),
    tiffEntry(RESOLUTION_UNIT, 3, [pixelAspect ? 1 : 2], le),
  ];
}

function valueAt(directory: TiffDirectory, tag: number): Buffer | undefined {
  return directory.entries.find((entry) => entry.tag === tag)?.value;
}

function numberOf(directory: TiffDirectory, tag: number): number | undefined {
  const entry = directory.entries.find((e) => e.tag === tag);
  return entry && tiffNumber(entry, directory.littleEndian);
}
