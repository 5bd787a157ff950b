import ndarray from 'ndarray';
import { packagePart } from '../../../core/packagePart.js';
import type { ByteSource } from '../../byteSource.js';
import { profileOf } from '../../metadata/colour.js';
import { uprightExif } from '../../metadata/exif.js';
import {
  readTiff,
  serialiseTiff,
  type TiffDirectory,
  type TiffEntry,
  tiffEntry,
  tiffNumber,
} from '../../metadata/tiffStructure.js';
import { requireSize } from '../../pixelLimit.js';
import type { Sensor } from '../../sensor.js';
import { decodeApart } from '../decodeApart.js';
import type { Decoded, ReadOptions } from '../format.js';
import { unhandled } from '../unhandled.js';
import { fractions, textEntry } from './dngEntries.js';
import type { RawPicture } from './rawThread.js';

export const needs = { name: 'libraw-wasm', version: '1.6.0' } as const;

const EXIF = 34_665;
const GPS = 34_853;
const SUB_IFDS = 330;
const XMP = 700;
const PHOTOMETRIC = 262;
const LINEAR_RAW = 34_892;
const BLACK_LEVEL = 50_714;
const DNG_VERSION = 50_706;
const JPEG_XL = 52_546;
/** Of the first directory what tells of the photo, and not of the file: texts, maker and model, orientation, time, rights. */
const DESCRIPTION = [270, 271, 272, 274, 305, 306, 315, 33_432];
/** EXIF's orientation of what LibRaw calls flip. */
const ORIENTATIONS: Readonly<Record<number, number>> = { 3: 3, 5: 8, 6: 6 };

/**
 * Develops a camera's raw file: float samples of sRGB, 0..1 and a little below, which are written with 16 bits; beside them what is known
 * of the sensor. It takes 12 bytes a pixel, and about as much again while it is developed.
 *
 * @throws PerpixelError E_PROGRAM without libraw-wasm; E_READ, E_FORMAT, E_SIZE
 */
export async function readRawPhoto(file: ByteSource, { signal, limitPixels }: ReadOptions): Promise<Decoded> {
  const directories = await tiffOf(file);
  for (const [height, width] of await sizesIn(file, directories)) requireSize(height, width, limitPixels);
  const bytes = Buffer.from(await file.read(0, file.size));
  const picture = await decodeApart<RawPicture>(
    packagePart(import.meta.url, './rawThread.js'),
    { bytes, linearBlack: linearBlackOf(directories[0]) },
    { what: "a camera's raw file", needs, signal },
  );
  const { height, width, pixels, gains, daylight, matrix, camera, mosaic } = picture;
  requireSize(height, width, limitPixels);
  const [first] = directories;
  const isDng = first?.entries.some(({ tag }) => tag === DNG_VERSION);
  const orientation = ORIENTATIONS[picture.flip] ?? 1;
  return {
    pixels: ndarray(pixels, [height, width, 3]),
    metadata: {
      format: isDng ? 'dng' : 'raw',
      bitDepth: 16,
      icc: profileOf({ primaries: 1, transfer: 13 }, 3, 'sRGB'),
      exif: uprightExif(exifOf(first) ?? exifFrom(picture), orientation),
      xmp: first?.entries.find(({ tag }) => tag === XMP)?.value,
    },
    sensor: {
      gains,
      daylight,
      matrix,
      camera,
      ...(mosaic && {
        mosaic: { cells: ndarray(mosaic.cells, [mosaic.rows, mosaic.columns, 4]), black: mosaic.black },
      }),
    } as unknown as Sensor,
  };
}

/** The directories of a raw file that is built as TIFF, as most are; none of another. */
async function tiffOf(file: ByteSource): Promise<TiffDirectory[]> {
  const head = (await file.read(0, 4)).toString('latin1');
  return /^II[*UR]|^MM\0\*/.test(head) ? (await readTiff(file)).directories : [];
}

/** Heights and widths that the file tells of. @throws PerpixelError E_FORMAT where one is compressed as JPEG XL */
async function sizesIn(file: ByteSource, directories: readonly TiffDirectory[]): Promise<[number, number][]> {
  const sizes: [number, number][] = [];
  const look = (values: (tag: number) => number | undefined) => {
    if (values(259) === JPEG_XL) {
      throw unhandled(
        'a DNG whose pixels are compressed as JPEG XL',
        'a DNG that is not compressed, or as JPEG',
        'Convert it with Adobe DNG Converter, compatible with Camera Raw 14 or earlier.',
      );
    }
    const [width, height] = [values(256), values(257)];
    if (width !== undefined && height !== undefined) sizes.push([height, width]);
  };
  for (const { entries, littleEndian } of directories) {
    const numberOf = (tag: number, i = 0) => {
      const entry = entries.find((each) => each.tag === tag);
      return entry && tiffNumber(entry, littleEndian, i);
    };
    look(numberOf);
    for (let i = 0; i < 16; i++) {
      const at = numberOf(SUB_IFDS, i);
      if (at === undefined) break;
      const table = await tableAt(file, at, littleEndian);
      look((tag) => table.get(tag));
    }
  }
  return sizes;
}

/** Whole numbers of a directory that another leads to, by tag. */
async function tableAt(file: ByteSource, at: number, littleEndian: boolean): Promise<Map<number, number>> {
  const read = async (from: number, length: number) => {
    const bytes = Buffer.from(await file.read(from, length));
    return {
      bytes,
      u16: (i: number) => (littleEndian ? bytes.readUInt16LE(i) : bytes.readUInt16BE(i)),
      u32: (i: number) => (littleEndian ? bytes.readUInt32LE(i) : bytes.readUInt32BE(i)),
    };
  };
  const count = await read(at, 2);
  if (count.bytes.length < 2) return new Map();
  const { bytes, u16, u32 } = await read(at + 2, count.u16(0) * 12);
  const numbers = new Map<number, number>();
  for (let i = 0; i + 12 <= bytes.length; i += 12) {
    if (u32(i + 4) === 1) numbers.set(u16(i), u16(i + 2) === 3 ? u16(i + 8) : u32(i + 8));
  }
  return numbers;
}

/** Of a linear DNG whose picture is in its first directory, as ours. */
function linearBlackOf(directory: TiffDirectory | undefined): number | undefined {
  const numberOf = (tag: number) => {
    const entry = directory?.entries.find((each) => each.tag === tag);
    return entry && directory && tiffNumber(entry, directory.littleEndian);
  };
  return numberOf(PHOTOMETRIC) === LINEAR_RAW ? numberOf(BLACK_LEVEL) : undefined;
}

function exifOf(directory: TiffDirectory | undefined): Buffer | undefined {
  if (directory === undefined || !directory.children.has(EXIF)) return undefined;
  const { littleEndian, children } = directory;
  const described = {
    littleEndian,
    entries: directory.entries.filter(({ tag }) => DESCRIPTION.includes(tag)),
    children: new Map([...children].filter(([tag]) => tag === EXIF || tag === GPS)),
  };
  return serialiseTiff(described);
}

/** What LibRaw found, where the file has its EXIF in a place of its maker's own. */
function exifFrom({ facts }: RawPicture): Buffer {
  const { make, model, iso, shutter, aperture, focal, seconds } = facts;
  const time = new Date(seconds * 1000).toISOString().slice(0, 19).replaceAll('-', ':').replace('T', ' ');
  const entries: TiffEntry[] = [
    ...(shutter > 0 ? [fractions(33_434, 5, [shutter])] : []),
    ...(aperture > 0 ? [fractions(33_437, 5, [aperture])] : []),
    ...(iso > 0 ? [tiffEntry(34_855, 3, [Math.min(iso, 65_535)], true)] : []),
    ...(seconds > 0 ? [textEntry(36_867, time)] : []),
    ...(focal > 0 ? [fractions(37_386, 5, [focal])] : []),
  ];
  const exif = { littleEndian: true, entries, children: new Map() };
  const first = [textEntry(271, make), textEntry(272, model), tiffEntry(274, 3, [1], true)];
  const directory = { littleEndian: true, entries: first, children: new Map([[EXIF, exif]]) };
  return serialiseTiff(directory);
}
