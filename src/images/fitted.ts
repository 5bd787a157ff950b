import ndarray from 'ndarray';
import { convertSamples } from './convertSamples.js';
import type { Encoding, Held, ImageFormat } from './formats/format.js';
import { writtenAs } from './formats/lookup.js';
import { isHdr, isSrgb, profileOf } from './metadata/colour.js';
import { mergedXmp } from './metadata/xmp.js';
import type { Metadata, Raster } from './raster.js';
import { whiteOf } from './readWindow.js';
import { samplesLike } from './samplesLike.js';

/** Fields that are dropped where a format has no room for them, by what people call them. */
const BLOBS: readonly [field: 'icc' | 'exif' | 'xmp' | 'iptc', name: string][] = [
  ['icc', 'the colour profile'],
  ['exif', 'EXIF'],
  ['xmp', 'XMP'],
  ['iptc', 'IPTC'],
];

/**
 * A picture as a format can hold it: samples of the depth that is asked for, alpha laid over white where there is no room for it,
 * metadata as `fittedMetadata` has it. The picture that was given stays as it is.
 */
export function fitted(raster: Raster, format: ImageFormat, { bitDepth }: Encoding): Raster {
  const { pixels, alpha, sensor } = raster;
  const keepsAlpha = format.holds.includes('alpha');
  const shown = alpha && !keepsAlpha ? overWhite(pixels, alpha) : pixels;
  return {
    pixels: ndarray(convertSamples(shown.data, bitDepth), shown.shape),
    ...(alpha && keepsAlpha && { alpha: ndarray(convertSamples(alpha.data, bitDepth), alpha.shape) }),
    metadata: fittedMetadata(raster, format).metadata,
    ...(sensor && { sensor }),
  };
}

/**
 * What a format has room for of a picture's metadata, a profile in place of colour tags; and in words what is not kept, the same words
 * for the same kind of loss.
 */
export function fittedMetadata(
  { pixels, alpha, metadata }: Raster,
  format: ImageFormat,
): { metadata: Metadata; notices: string[] } {
  // What stands for a format that is read alone has room for that one's own segments.
  const isOther = ![metadata.format, writtenAs(metadata.format)].includes(format.name);
  const notices = [...(metadata.notices ?? [])];
  const lose = (what: string) => notices.push(`${what} is not kept: ${format.title} has no place for it`);
  const holds = (held: Held) => format.holds.includes(held);
  const kept: Metadata = { ...metadata };

  for (const [field, name] of BLOBS) {
    if (metadata[field] === undefined || holds(field)) continue;
    delete kept[field];
    lose(name);
  }
  if (!holds('iptc')) delete kept.photoshop;
  if (!holds('density')) {
    delete kept.density;
    delete kept.verticalDensity;
  }
  if (metadata.pixelAspect && !holds('pixelAspect')) {
    delete kept.pixelAspect;
    lose('the shape of its pixels (aspect ratio)');
  }
  if (metadata.extendedXmp && isOther) {
    delete kept.extendedXmp;
    if (kept.xmp) kept.xmp = mergedXmp(kept.xmp, metadata.extendedXmp);
  }
  if (metadata.gainMap && isOther) {
    delete kept.gainMap;
    lose('the gain map (HDR)');
  }
  if (metadata.ownSegments && isOther) {
    delete kept.ownSegments;
    for (const { what } of metadata.ownSegments) if (what) lose(what);
  }
  if (format.greyAsColour && !isOther && pixels.shape[2] === 1) {
    notices.push(`grey is not kept as such: the encoder writes ${format.title} in colour, here three equal channels`);
  }
  fitColour(kept, pixels.shape[2] as 1 | 3, format, lose);
  if (alpha && !holds('alpha')) {
    notices.push(`alpha is not kept: the picture is laid over white, as ${format.title} has no transparency`);
  }
  return { metadata: kept, notices: [...new Set(notices)] };
}

/** Colour tags as a profile, where the format knows only those. */
function fitColour(kept: Metadata, channels: 1 | 3, { holds }: ImageFormat, lose: (what: string) => void): void {
  const { colour, icc } = kept;
  if (!colour) return;
  const isInNumbers = typeof colour.primaries !== 'number' || typeof colour.transfer !== 'number';
  if (holds.includes('colour') && !isInNumbers) return;
  if (holds.includes('chromaticities') && typeof colour.transfer === 'number') return;
  // A format that holds both kinds keeps its own chunks for numbers; see its own segments.
  if (kept.ownSegments && holds.includes('colour')) return;
  delete kept.colour;
  if (icc || isSrgb(colour)) return;
  const profile = holds.includes('icc') ? profileOf(colour, channels) : undefined;
  if (profile) kept.icc = profile;
  else lose(isHdr(colour) ? 'what says that its colours are HDR (PQ or HLG)' : 'what says how its colours are meant');
}

function overWhite({ data, shape }: Raster['pixels'], alpha: NonNullable<Raster['alpha']>): Raster['pixels'] {
  const channels = shape[2];
  const white = whiteOf(data);
  const laid = samplesLike(data, data.length);
  laid.set(data);
  const isFloat = laid instanceof Float32Array;
  for (let i = 0; i < alpha.data.length; i++) {
    const share = alpha.data[i] / white;
    if (share >= 1) continue;
    for (let at = i * channels; at < (i + 1) * channels; at++) {
      const value = laid[at] * share + white * (1 - share);
      laid[at] = isFloat ? value : Math.round(value);
    }
  }
  return ndarray(laid, shape);
}
