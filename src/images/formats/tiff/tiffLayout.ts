import { type TiffDirectory, tiffNumber, tiffNumbers } from '../../metadata/tiffStructure.js';
import { cmyk, unhandled, withoutPixels } from '../unhandled.js';

/** How the pixels of a directory are laid out in the file. */
export interface TiffLayout {
  littleEndian: boolean;
  height: number;
  width: number;
  /** Channels, alpha among them. */
  samples: number;
  bits: number;
  isFloat: boolean;
  /** Channels one after the other, instead of pixel by pixel. */
  isPlanar: boolean;
  /** TIFF's number for it. */
  compression: number;
  /** 1 none, 2 differences, 3 differences of floats. */
  predictor: number;
  photometric: number;
  /** Whether colours are multiplied by alpha. */
  isPremultiplied: boolean;
  /** A strip or a tile, in pixels. */
  chunk: { height: number; width: number; isTile: boolean };
  offsets: readonly number[];
  lengths: readonly number[];
}

const TAGS = {
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  stripOffsets: 273,
  samples: 277,
  rowsAStrip: 278,
  stripLengths: 279,
  planar: 284,
  predictor: 317,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileLengths: 325,
  extraSamples: 338,
  sampleFormat: 339,
} as const;

const COMPRESSIONS: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 7, 8, 32_773, 32_946]);
/** What only decoders of our own unpack too. */
const OWN_COMPRESSIONS: ReadonlySet<number> = new Set([1, 5, 8, 32_773, 32_946]);
const OTHER_COMPRESSIONS: Readonly<Record<number, string>> = {
  6: 'the JPEG of old TIFFs',
  33003: 'JPEG 2000',
  33005: 'JPEG 2000',
  34712: 'JPEG 2000',
  34887: 'LERC',
  34925: 'LZMA',
  50000: 'ZSTD',
  50001: 'WebP',
  50002: 'JPEG XL',
};
const GREY: ReadonlySet<number> = new Set([0, 1]);
const PALETTE = 3;
const RGB = 2;
const YCBCR = 6;
const OTHER_COLOURS: Readonly<Record<number, string>> = {
  4: 'a mask',
  8: 'Lab colour',
  9: 'Lab colour',
  10: 'Lab colour',
  32844: 'LogLuv',
  32845: 'LogLuv',
};
export const RAW: ReadonlySet<number> = new Set([32_803, 34_892]);
const FLOAT = 3;
const ASSOCIATED = 1;

/**
 * @throws PerpixelError E_FORMAT for every kind of TIFF that is not handled, by its name; E_READ where the tags that any needs are
 *   missing
 */
export function layoutOf(directory: TiffDirectory): TiffLayout {
  const { littleEndian } = directory;
  const entryOf = (name: keyof typeof TAGS) => directory.entries.find(({ tag }) => tag === TAGS[name]);
  const numberOf = (name: keyof typeof TAGS): number | undefined => {
    const entry = entryOf(name);
    const value = entry && tiffNumber(entry, littleEndian);
    // A fraction is no width: a damaged type makes one.
    return Number.isSafeInteger(value) ? value : undefined;
  };
  const numbersOf = (name: keyof typeof TAGS): number[] => {
    const entry = entryOf(name);
    return entry ? tiffNumbers(entry, littleEndian) : [];
  };
  const [width, height] = [numberOf('width'), numberOf('height')];
  if (!width || !height) throw withoutPixels('TIFF');
  const compression = numberOf('compression') ?? 1;
  if (!COMPRESSIONS.has(compression)) {
    const name = OTHER_COMPRESSIONS[compression] ?? `method ${compression}`;
    throw refused(`a TIFF compressed with ${name}`, 'none, LZW, deflate, PackBits or JPEG', 'with another compression');
  }
  const isTile = entryOf('tileOffsets') !== undefined;
  const layout: TiffLayout = {
    littleEndian,
    height,
    width,
    compression,
    samples: numberOf('samples') ?? 1,
    bits: numberOf('bits') ?? 1,
    isFloat: numberOf('sampleFormat') === FLOAT,
    isPlanar: numberOf('planar') === 2,
    predictor: numberOf('predictor') ?? 1,
    photometric: numberOf('photometric') ?? 1,
    isPremultiplied: numberOf('extraSamples') === ASSOCIATED,
    chunk: isTile
      ? { height: numberOf('tileHeight') ?? 0, width: numberOf('tileWidth') ?? 0, isTile }
      : { height: Math.min(height, numberOf('rowsAStrip') || height), width, isTile },
    offsets: numbersOf(isTile ? 'tileOffsets' : 'stripOffsets'),
    lengths: numbersOf(isTile ? 'tileLengths' : 'stripLengths'),
  };
  requireColours(layout);
  requireSamples(layout, numbersOf('bits'), numbersOf('sampleFormat'));
  if (isTile && !(layout.chunk.height > 0 && layout.chunk.width > 0)) throw withoutPixels('TIFF');
  return layout;
}

function requireColours({ photometric, samples }: TiffLayout): void {
  if (photometric === 5) throw cmyk();
  if (RAW.has(photometric)) throw rawFile();
  const isKnown = GREY.has(photometric) || photometric === PALETTE || photometric === RGB || photometric === YCBCR;
  if (!isKnown) {
    const received = OTHER_COLOURS[photometric] ?? `a TIFF of colours of kind ${photometric}`;
    throw refused(received, 'RGB or grey', 'as RGB');
  }
  const colours = photometric === RGB || photometric === YCBCR ? 3 : 1;
  if (samples < colours || samples > colours + 1) {
    throw refused(
      `a TIFF of ${samples} channels`,
      'grey or RGB, with alpha or without',
      'with one alpha channel at most',
    );
  }
}

function requireSamples({ bits, isFloat, photometric }: TiffLayout, all: number[], formats: number[]): void {
  const mixed = all.some((other) => other !== bits) || formats.some((other) => other !== formats[0]);
  if (mixed) throw refused('a TIFF whose channels differ in kind', 'one kind of samples', 'with 16 bits a channel');
  const [format = 1] = formats;
  const kind = { 2: 'signed integers', 5: 'complex integers', 6: 'complex numbers' }[format];
  if (kind) throw refused(`a TIFF of ${kind}`, '8 bits, 16 bits or float32', 'with 16 bits, or as float32');
  const isWhole = bits === 8 || bits === 16 || (bits > 8 && bits < 16);
  const isSmall = (GREY.has(photometric) || photometric === PALETTE) && [1, 2, 4].includes(bits);
  const fits = isFloat ? [16, 32, 64].includes(bits) : isWhole || isSmall;
  if (!fits) {
    const received = `a TIFF of ${bits}-bit ${isFloat ? 'floats' : 'integers'}`;
    throw refused(received, '8 bits, 16 bits or float32', 'with 16 bits, or as float32');
  }
}

/**
 * Whether libvips gets it wrong or leaves it out.
 *
 * @throws PerpixelError E_FORMAT where our own decoder does not know it either
 */
export function needsOwnDecoder(layout: TiffLayout): boolean {
  const { bits, isFloat, isPlanar, isPremultiplied, samples, chunk, photometric } = layout;
  const isOdd = isFloat ? bits !== 32 : bits > 8 && bits < 16;
  const isOddPlanar = isPlanar && samples > 1 && (samples !== 3 || chunk.isTile || photometric === YCBCR);
  const isOddAlpha = isPremultiplied && samples === 2;
  if (!isOdd && !isOddPlanar && !isOddAlpha) return false;
  if (isKnownToOwn(layout)) return true;
  const what = isOddAlpha
    ? 'of grey that is multiplied by alpha'
    : isPlanar
      ? 'whose channels stand apart'
      : `of ${bits}-bit ${isFloat ? 'floats' : 'integers'}`;
  throw refused(
    `a TIFF ${what} in a compression that is not handled`,
    'LZW, deflate, PackBits or none',
    'without compression',
  );
}

/** Whether our own decoder knows it, be it needed or not. */
export function isKnownToOwn({ bits, photometric, compression, predictor }: TiffLayout): boolean {
  const isPredicted = predictor === 2 && (bits === 64 || (bits > 8 && bits < 16));
  const isKnown = (GREY.has(photometric) || photometric === RGB) && bits >= 8 && OWN_COMPRESSIONS.has(compression);
  return isKnown && predictor >= 1 && predictor <= 3 && !isPredicted;
}

export function rawFile() {
  return unhandled("a camera's raw file", 'a developed picture', 'Develop it first, for instance to a 16-bit TIFF.');
}

function refused(received: string, expected: string, how: string) {
  return unhandled(received, expected, `Save it again ${how}.`);
}
