import { exifOrientation, sidewaysExif, uprightExif } from '../metadata/exif.js';
import { uprightXmp, xmpOrientation } from '../metadata/xmp.js';
import type { Decoded, FileMetadata } from './format.js';

/**
 * The picture turned upright, as its EXIF says or, where that says nothing, its XMP; and its metadata without what is no longer true
 * then.
 *
 * @param decode the pixels, turned from EXIF's orientation
 * @param options.turns whether the decoder turns the picture itself, as of AVIF, and EXIF only repeats it. @default false
 * @param options.turn of a JPEG inside the file, which shows the same scene: turns it from EXIF's orientation
 * @param options.lossy of a format whose pixels lose by being written again, where EXIF stands in the file: a copy of it then stays
 *   on its side. @default a photo on its side is written anew
 */
export async function withUpright(
  stated: FileMetadata,
  decode: (orientation: number) => Promise<Decoded>,
  {
    turns = false,
    turn,
    lossy,
  }: {
    turns?: boolean;
    turn?: (jpeg: Buffer, orientation: number) => Promise<Buffer>;
    lossy?: { exifAt?: number };
  } = {},
): Promise<Decoded> {
  const said = (stated.exif && exifOrientation(stated.exif)) ?? (stated.xmp && xmpOrientation(stated.xmp)) ?? 1;
  const orientation = turns ? 1 : said;
  const { metadata, ...picture } = await decode(orientation);
  const upright: FileMetadata = { ...stated };
  if (upright.exif) upright.exif = uprightExif(upright.exif, orientation);
  if (upright.xmp) upright.xmp = uprightXmp(upright.xmp, orientation);
  if (turn && upright.gainMap && orientation !== 1) upright.gainMap = await turn(upright.gainMap, orientation);
  if (orientation !== 1) Object.assign(upright, copyOf(stated.exif, orientation, lossy));
  if (orientation > 4) {
    const { density, verticalDensity, pixelAspect } = stated;
    if (verticalDensity !== undefined) Object.assign(upright, { density: verticalDensity, verticalDensity: density });
    if (pixelAspect) upright.pixelAspect = [pixelAspect[1], pixelAspect[0]];
  }
  if (upright.notices?.length === 0) delete upright.notices;
  return { ...picture, metadata: { ...metadata, ...upright } };
}

/** How a file on its side is copied, if it can be. */
function copyOf(
  exif: Buffer | undefined,
  orientation: number,
  lossy: { exifAt?: number } | undefined,
): Pick<FileMetadata, 'isMended' | 'copyEdits'> {
  if (lossy === undefined) return { isMended: true };
  if (orientation <= 4 || exif === undefined || lossy.exifAt === undefined) return {};
  const sideways = sidewaysExif(exif);
  return sideways.equals(exif) ? {} : { copyEdits: [{ at: lossy.exifAt, remove: exif.length, insert: sideways }] };
}
