import { PerpixelError } from '../../core/errors.js';
import { ByteSource } from '../byteSource.js';
import type { Container, ContainerMetadata } from './container.js';
import { iptcOf } from './photoshop.js';
import {
  inByteOrder,
  readTiff,
  serialiseDirectory,
  type TiffDirectory,
  type TiffEntry,
  tiffEntry,
  tiffHeader,
  tiffNumbers,
} from './tiffStructure.js';

const NEW_SUBFILE_TYPE = 254;
const COMPRESSION = 259;
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

/**
 * Tags that say how pixels are laid out in this one file, or that have a field of their own in `Metadata`. Every other
 * tag of the first directory (camera, time, author, geography) describes the picture and goes with it.
 */
const LAYOUT = new Set([
  254,
  255,
  256,
  257,
  258,
  259,
  262,
  263,
  264,
  265,
  266,
  273,
  277,
  278,
  279,
  280,
  281,
  284,
  288,
  289,
  290,
  291,
  292,
  293,
  297,
  317,
  320,
  321,
  322,
  323,
  324,
  325,
  326,
  327,
  328,
  330,
  332,
  333,
  334,
  336,
  337,
  338,
  339,
  340,
  341,
  342,
  343,
  344,
  345,
  346,
  347,
  351,
  400,
  512,
  513,
  514,
  515,
  517,
  518,
  519,
  520,
  521,
  529,
  530,
  531,
  532,
  559,
  37724,
  XMP,
  IPTC,
  PHOTOSHOP,
  ICC,
]);

/** Names of sharp for the compressions that it writes. */
const COMPRESSIONS: Record<number, string> = {
  1: 'none',
  5: 'lzw',
  7: 'jpeg',
  8: 'deflate',
  32773: 'packbits',
  32946: 'deflate',
};

/**
 * TIFF: profile, XMP and IPTC are tags; EXIF is the first directory itself, with the directories it points to.
 * Maker notes that count from the start of the file, as some cameras', keep their bytes but not their place.
 */
export const tiff: Container = {
  async read(file) {
    const directories = await readTiff(file);
    const [first] = directories;
    if (first === undefined) return {};
    refuseOthers(directories);
    const metadata: ContainerMetadata = { compression: COMPRESSIONS[numberOf(first, COMPRESSION) ?? 1] };
    metadata.icc = valueAt(first, ICC);
    metadata.xmp = valueAt(first, XMP);
    metadata.photoshop = valueAt(first, PHOTOSHOP);
    metadata.iptc = valueAt(first, IPTC) ?? (metadata.photoshop && iptcOf(metadata.photoshop));
    const resolution = numberOf(first, X_RESOLUTION);
    const unit = numberOf(first, RESOLUTION_UNIT) ?? 2;
    if (resolution && unit > 1) metadata.density = unit === 3 ? resolution * 2.54 : resolution;
    const described = { ...first, entries: first.entries.filter(({ tag }) => !LAYOUT.has(tag)) };
    if (described.entries.length + described.children.size > 0) {
      metadata.exif = Buffer.concat([tiffHeader(first.littleEndian, 8), serialiseDirectory(described, 8)]);
    }
    return metadata;
  },

  async edits(encoded, { icc, exif, xmp, iptc, photoshop, density }) {
    const [written] = await readTiff(encoded);
    const le = written.littleEndian;
    const [described] = exif ? await readTiff(ByteSource.ofBuffer(exif)) : [];
    const kept = described && inByteOrder(described, le);
    const added = [
      ...(density === undefined ? [] : resolutionEntries(density, le)),
      ...(kept?.entries.filter(({ tag }) => !LAYOUT.has(tag)) ?? []),
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
  },
};

function blobEntries(blobs: Record<number, Buffer | undefined>): TiffEntry[] {
  return Object.entries(blobs).flatMap(([tag, value]) =>
    value ? [{ tag: Number(tag), type: Number(tag) === XMP ? BYTE : UNDEFINED, count: value.length, value }] : [],
  );
}

function resolutionEntries(density: number, le: boolean): TiffEntry[] {
  const { value } = tiffEntry(X_RESOLUTION, 4, [Math.round(density * 1000), 1000], le);
  return [
    { tag: X_RESOLUTION, type: RATIONAL, count: 1, value },
    { tag: Y_RESOLUTION, type: RATIONAL, count: 1, value },
    tiffEntry(RESOLUTION_UNIT, 3, [2], le),
  ];
}

function refuseOthers(directories: readonly TiffDirectory[]): void {
  const [first] = directories;
  const isThumbnail = (directory: TiffDirectory) => ((numberOf(directory, NEW_SUBFILE_TYPE) ?? 0) & 1) === 1;
  const hasRaw = isThumbnail(first) && valueAt(first, SUB_IFDS) !== undefined && valueAt(first, MAKE) !== undefined;
  if (hasRaw || valueAt(first, DNG_VERSION)) {
    throw new PerpixelError({
      code: 'E_FORMAT',
      received: "a camera's raw file",
      expected: 'a developed picture',
      cure: 'Develop it first, for instance to a 16-bit TIFF.',
    });
  }
  // Besides the picture itself there may be reduced versions (bit 0) and masks (bit 2) of it.
  const pages = directories.filter((directory) => ((numberOf(directory, NEW_SUBFILE_TYPE) ?? 0) & 5) === 0);
  if (pages.length > 1) {
    throw new PerpixelError({
      code: 'E_FORMAT',
      received: `a TIFF of ${pages.length} pages`,
      expected: 'one picture',
      cure: 'Extract its pages into files of their own, for instance with `tiffsplit`.',
    });
  }
}

function valueAt(directory: TiffDirectory, tag: number): Buffer | undefined {
  return directory.entries.find((entry) => entry.tag === tag)?.value;
}

function numberOf(directory: TiffDirectory, tag: number): number | undefined {
  const entry = directory.entries.find((e) => e.tag === tag);
  return entry && tiffNumbers(entry, directory.littleEndian)[0];
}
