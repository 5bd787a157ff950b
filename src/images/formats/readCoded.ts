import ndarray, { type NdArray } from 'ndarray';
import sharp, { type Sharp, type Metadata as SharpMetadata, type SharpOptions } from 'sharp';
import { PerpixelError } from '../../core/errors.js';
import type { Metadata, Raster, Samples } from '../raster.js';

// libvips remembers what it opened by name: a file written anew would be read as it was before.
sharp.cache(false);

/** Never convert colours, whatever profile there is; no limit of size; a file cut off is an error, a warning is none. */
const OPTIONS: SharpOptions = {
  ignoreIcc: true,
  limitInputPixels: false,
  unlimited: true,
  failOn: 'error',
  autoOrient: false,
};

/** Colour spaces in which libvips leaves samples as they are, by depth and channels. */
const SPACES = { uchar: ['b-w', 'srgb'], ushort: ['grey16', 'rgb16'], float: ['b-w', 'scrgb'] } as const;
const BIT_DEPTHS = { uchar: 8, ushort: 16, float: 32 } as const;

type Depth = keyof typeof SPACES;

/** Quarter turns clockwise after a mirroring, by EXIF orientation 1..8. */
const TURNS = [
  { flop: false, angle: 0 },
  { flop: true, angle: 0 },
  { flop: false, angle: 180 },
  { flop: true, angle: 180 },
  { flop: true, angle: 270 },
  { flop: false, angle: 90 },
  { flop: true, angle: 90 },
  { flop: false, angle: 270 },
] as const;

/**
 * Decodes JPEG, PNG, WebP, AVIF or TIFF with libvips: samples as they are in the file, grey as one channel, palettes
 * expanded, alpha apart and not premultiplied, turned upright from `orientation`.
 */
export async function readCoded(source: string | Buffer, orientation: number): Promise<Raster> {
  try {
    const facts = await sharp(source, OPTIONS).metadata();
    const depth = depthOf(facts);
    const isGrey = facts.channels < 3;
    const space = SPACES[depth][isGrey ? 0 : 1];
    const open = () => upright(sharp(source, OPTIONS).toColourspace(space), orientation);
    const pixels = await samples(open().removeAlpha(), depth);
    const bitDepth = BIT_DEPTHS[depth];
    const metadata: Metadata = { format: 'png', bitDepth };
    if (facts.format === 'heif' && bitDepth === 16) metadata.codedBits = facts.bitsPerSample === 10 ? 10 : 12;
    if (!facts.hasAlpha) return { pixels, metadata };
    // Decoded once more: a second pass costs time where there is alpha, a picture with alpha inside would cost memory.
    const alpha = await samples(open().extractChannel((facts.channels - 1) as 1 | 3), depth);
    const [height, width] = alpha.shape;
    return { pixels, alpha: ndarray(alpha.data, [height, width]), metadata };
  } catch (cause) {
    if (cause instanceof PerpixelError) throw cause;
    throw new PerpixelError({
      code: 'E_READ',
      received: `pixels that cannot be decoded (${reason(cause)})`,
      expected: 'a whole picture',
      cure: 'The file is damaged or was cut off: copy or download it again.',
      cause,
    });
  }
}

async function samples(image: Sharp, depth: Depth): Promise<NdArray<Samples>> {
  const { data, info } = await image.raw({ depth }).toBuffer({ resolveWithObject: true });
  const { buffer, byteOffset, byteLength } = data;
  const array =
    depth === 'uchar'
      ? new Uint8Array(buffer, byteOffset, byteLength)
      : depth === 'ushort'
        ? new Uint16Array(buffer, byteOffset, byteLength / 2)
        : new Float32Array(buffer, byteOffset, byteLength / 4);
  return ndarray(array, [info.height, info.width, info.channels]);
}

function upright(image: Sharp, orientation: number): Sharp {
  const { flop, angle } = TURNS[orientation - 1];
  return image.flop(flop).rotate(angle);
}

function depthOf({ space, depth }: SharpMetadata): Depth {
  if (space === 'cmyk')
    throw unhandled('CMYK', 'RGB or grey', 'Convert it to RGB first, in a program that knows its profile.');
  if (space === 'lab' || space === 'labs') throw unhandled('Lab colour', 'RGB or grey', 'Convert it to RGB first.');
  if (depth === 'uchar' || depth === 'ushort' || depth === 'float') return depth;
  throw unhandled(
    `samples of kind ${depth}`,
    '8 bits, 16 bits or float32',
    'Save it again with 16 bits or as float32.',
  );
}

function unhandled(received: string, expected: string, cure: string): PerpixelError {
  return new PerpixelError({ code: 'E_FORMAT', received, expected, cure });
}

function reason(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split('\n')[0].replace(/^Input (file|buffer) /, '');
}
