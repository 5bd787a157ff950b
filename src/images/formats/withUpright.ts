import { exifOrientation, uprightExif } from '../metadata/exif.js';
import { uprightXmp, xmpOrientation } from '../metadata/xmp.js';
import type { Decoded, FileMetadata } from './format.js';

/**
 * The picture turned upright, as its EXIF says or, where that says nothing, its XMP; and its metadata without what is no longer true
 * then.
 *
 * @param decode the pixels, turned from EXIF's orientation
 * @param options.turns whether the decoder turns the picture itself, as of AVIF, and EXIF only repeats it. @default false
 */
export async function withUpright(
  stated: FileMetadata,
  decode: (orientation: number) => Promise<Decoded>,
  { turns = false } = {},
): Promise<Decoded> {
  const said = (stated.exif && exifOrientation(stated.exif)) ?? (stated.xmp && xmpOrientation(stated.xmp)) ?? 1;
  const orientation = turns ? 1 : said;
  const { metadata, ...picture } = await decode(orientation);
  const upright: FileMetadata = { ...stated };
  if (upright.exif) upright.exif = uprightExif(upright.exif, orientation);
  if (upright.xmp) upright.xmp = uprightXmp(upright.xmp, orientation);
  // As it stands, its thumbnail and its sizes would be those of the picture on its side.
  if (orientation !== 1) upright.isMended = true;
  if (orientation > 4) {
    const { density, verticalDensity, pixelAspect } = stated;
    if (verticalDensity !== undefined) Object.assign(upright, { density: verticalDensity, verticalDensity: density });
    if (pixelAspect) upright.pixelAspect = [pixelAspect[1], pixelAspect[0]];
  }
  if (upright.notices?.length === 0) delete upright.notices;
  return { ...picture, metadata: { ...metadata, ...upright } };
}
