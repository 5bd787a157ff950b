import ndarray, { type NdArray } from 'ndarray';
import sharp, { type Sharp, type Metadata as SharpMetadata, type SharpOptions } from 'sharp';
import { PerpixelError } from '../../core/errors.js';
import { DEFAULT_LIMIT_PIXELS, requireSize } from '../pixelLimit.js';
import type { BitDepth, Raster, Samples } from '../raster.js';
import type { Decoded, ReadOptions } from './format.js';
import { cmyk, unhandled } from './unhandled.js';

// libvips remembers what it opened by name: a file written anew would be read as it was before.
sharp.cache(false);

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

export interface DecodeOptions extends ReadOptions {
  /** EXIF's 1..8. @default 1, upright */
  orientation?: number;
  /** Of a file of several pictures. @default the first */
  page?: number;
  /** 1 where the file is grey, and the decoder makes RGB of it. @default as the decoder has it */
  channels?: 1 | 3;
  /**
   * Whether libvips' own limits of memory are lifted, which refuse strips of 50 MB: where sizes and tags have been looked at.
   * @default false
   */
  unlimited?: boolean;
}

/**
 * Decodes JPEG, PNG, WebP, AVIF or TIFF with libvips. Samples are as they are in the file, turned upright from `orientation`. Grey has one
 * channel, palettes are expanded, alpha is apart and not premultiplied.
 *
 * libvips keeps its messages in one place for all threads. Where several files are decoded at once, the message may be of another one, so
 * it is the error's `cause` and not its text.
 *
 * @throws PerpixelError E_READ, E_FORMAT for kinds of samples that are not handled, E_SIZE
 */
export async function decode(
  input: string | Buffer,
  { orientation = 1, page, channels, unlimited = false, signal, limitPixels = DEFAULT_LIMIT_PIXELS }: DecodeOptions,
): Promise<Decoded> {
  // Never convert colours, whatever profile there is; a file cut off is an error.
  const options: SharpOptions = {
    ignoreIcc: true,
    limitInputPixels: limitPixels,
    unlimited,
    failOn: 'error',
    autoOrient: false,
    ...(page !== undefined && { page }),
  };
  try {
    const facts = await heard(sharp(input, options).metadata(), signal);
    requireSize(facts.height, facts.width, limitPixels);
    const depth = depthOf(facts);
    const isGrey = facts.channels < 3;
    const space = SPACES[depth][isGrey ? 0 : 1];
    const open = () => upright(sharp(input, options).toColourspace(space), orientation);
    const isGreyAsRgb = channels === 1 && !isGrey;
    const colours = isGreyAsRgb ? open().extractChannel(0) : open().removeAlpha();
    const pixels = await heard(samples(colours, depth), signal);
    const metadata = { bitDepth: BIT_DEPTHS[depth] };
    if (!facts.hasAlpha) return { pixels, metadata };
    // Decoded once more: a second pass costs time where there is alpha, a picture with alpha inside would cost memory.
    const alpha = await heard(samples(open().extractChannel((facts.channels - 1) as 1 | 3), depth), signal);
    const [height, width] = alpha.shape;
    return { pixels, alpha: ndarray(alpha.data, [height, width]), metadata };
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof PerpixelError) throw cause;
    throw new PerpixelError({
      code: 'E_READ',
      received: 'pixels that cannot be decoded',
      expected: 'a whole picture',
      cure: 'The file is damaged or was cut off: copy or download it again.',
      cause,
    });
  }
}

/** What libvips is asked for, or the signal's reason: libvips itself cannot be stopped. */
async function heard<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  signal.throwIfAborted();
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
  });
  signal.addEventListener('abort', stop);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
    work.catch(() => {}); // Where nobody waits any more, nobody else would catch it.
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
  if (space === 'cmyk') throw cmyk();
  if (space === 'lab' || space === 'labs') throw unhandled('Lab colour', 'RGB or grey', 'Convert it to RGB first.');
  if (depth === 'uchar' || depth === 'ushort' || depth === 'float') return depth;
  throw unhandled(
    `samples of kind ${depth}`,
    '8 bits, 16 bits or float32',
    'Save it again with 16 bits or as float32.',
  );
}

/** A libvips pipeline over the samples where they lie, alpha joined to them, which a format's own encoder ends. */
export function encoderOf({ pixels, alpha }: Raster, bitDepth: BitDepth): Sharp {
  const [height, width, channels] = pixels.shape;
  const raw = { width, height };
  let image = sharp(pixels.data, { raw: { ...raw, channels: channels as 1 | 3 }, limitInputPixels: false });
  if (alpha) image = image.joinChannel(alpha.data as never, { raw: { ...raw, channels: 1 }, limitInputPixels: false });
  const isDeep = bitDepth === 16;
  return image.toColourspace(channels === 1 ? (isDeep ? 'grey16' : 'b-w') : isDeep ? 'rgb16' : 'srgb');
}
