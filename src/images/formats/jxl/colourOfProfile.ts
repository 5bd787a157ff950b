import { isHdr } from '../../metadata/colour.js';
import type { Colour } from '../../raster.js';

const SRGB = { primaries: 1, transfer: 13 };
/** Of an entry in the table of tags: its name, where it is, how long. */
const ENTRY = 12;
const TABLE = 128;

/**
 * The colours that a profile which libjxl made stands for, as a file without a profile names them: sRGB, or those of HDR; undefined for
 * others, and for the profiles of files.
 */
export function colourOfProfile(icc: Buffer): Colour | undefined {
  if (icc.length < TABLE + 4 || icc.toString('latin1', 4, 8) !== 'jxl ') return undefined;
  const colour = icc.toString('latin1', 16, 20) === 'GRAY' ? greyColour(icc) : taggedColour(icc);
  const isNamed =
    colour && (isHdr(colour) || (colour.primaries === SRGB.primaries && colour.transfer === SRGB.transfer));
  return isNamed ? colour : undefined;
}

/** By its tag `cicp`, the code points of H.273. */
function taggedColour(icc: Buffer): Colour | undefined {
  for (let i = 0, at = TABLE + 4; i < icc.readUInt32BE(TABLE) && at + ENTRY <= icc.length; i++, at += ENTRY) {
    if (icc.toString('latin1', at, at + 4) !== 'cicp') continue;
    const value = icc.subarray(icc.readUInt32BE(at + 4)).subarray(8);
    return value.length >= 4 ? { primaries: value[0], transfer: value[1] } : undefined;
  }
  return undefined;
}

/** Profiles of grey have no such tag, and are known by their description, in UTF-16. */
const greyColour = (icc: Buffer): Colour | undefined =>
  /Gra_D65_..._SRG/.test(icc.toString('latin1').replaceAll('\0', '')) ? SRGB : undefined;
