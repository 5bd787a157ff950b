import ndarray from 'ndarray';
import { PerpixelError } from '../../../core/errors.js';
import { packagePart } from '../../../core/packagePart.js';
import { isSrgb } from '../../metadata/colour.js';
import { requireLength, requireSize } from '../../pixelLimit.js';
import type { Samples } from '../../raster.js';
import { interleavedOf } from '../../sources/interleaved.js';
import { decodeApart } from '../decodeApart.js';
import type { Decoded, FileMetadata, ImageFormat } from '../format.js';
import { unhandled } from '../unhandled.js';
import { unmultiply } from '../unmultiply.js';
import { withUpright } from '../withUpright.js';
import { colourOfProfile } from './colourOfProfile.js';
import { readJxlFile, writeJxlFile } from './jxlFile.js';

const needs = { name: 'wasm-vips', version: '0.0.19' } as const;
const program = () => packagePart(import.meta.url, './jxlThread.js');

/** A picture as it goes to the thread and back. */
interface Picture {
  height: number;
  width: number;
  channels: number;
  samples: Samples;
  icc?: Uint8Array;
}

/**
 * JPEG XL, lossy or lossless, of 8 or 16 bits; coded by libjxl in a libvips that is compiled to WebAssembly, as libvips here is built
 * without it.
 */
export const jxl: ImageFormat<'jxl'> = {
  name: 'jxl',
  title: 'JPEG XL',
  extensions: ['jxl'],
  // biome-ignore lint/suspicious/noControlCharactersInRegex: bytes of a file.
  signature: /^(?:\xff\x0a|\0\0\0\x0cJXL )/s,
  depths: [8, 16],
  holds: ['alpha', 'icc', 'exif', 'xmp'],
  needs,

  async read(file, { signal, limitPixels }) {
    const bytes = Buffer.from(await file.read(0, file.size));
    const { metadata, header, bare } = readJxlFile(bytes);
    if (header) {
      requireSize(header.height, header.width, limitPixels);
      requireLength(file.size, header.height, header.width);
      if (header.isAnimated) throw unhandled('an animated JPEG XL', 'a still picture', 'Extract its frames as PNG.');
      if (header.isFloat) throw unhandled('a JPEG XL of floats', 'whole numbers', 'Convert it to EXR or TIFF first.');
      if (header.otherChannels > 0) {
        metadata.notices = [...(metadata.notices ?? []), 'channels beside colour and alpha are not kept'];
      }
    }
    const picture = await withUpright(metadata, () => decode(bare, { isLossy: header?.isLossy ?? true, signal }), {
      turns: true,
    });
    if (header?.isPremultiplied) unmultiply(picture);
    return picture;
  },

  async write(raster, { quality, lossless }) {
    const { samples, shape } = interleavedOf(raster, {
      samples: raster.pixels.data,
      shape: [0, 0, raster.pixels.shape[2] + (raster.alpha ? 1 : 0)],
    });
    const [height, width, channels] = shape;
    const { icc, ...metadata } = raster.metadata;
    const picture: Picture = { height, width, channels, samples, ...(icc && { icc }) };
    const what = 'a picture for JPEG XL';
    const request = { encode: picture, lossless, quality };
    const { bytes } = await decodeApart<{ bytes: Uint8Array }>(program(), request, { what, needs }).catch(unwritten);
    return { file: writeJxlFile(Buffer.from(bytes.buffer), metadata) };
  },
};

async function decode(
  bytes: Buffer,
  { isLossy, signal }: { isLossy: boolean; signal?: AbortSignal },
): Promise<Decoded> {
  const options = { what: 'a JPEG XL', needs, signal };
  const { height, width, channels, samples, icc } = await decodeApart<Picture>(program(), { decode: bytes }, options);
  const colours = channels < 3 ? 1 : 3;
  const metadata: Decoded['metadata'] = {
    bitDepth: samples instanceof Uint16Array ? 16 : 8,
    ...(!isLossy && { lossless: true }),
    ...(icc && profileIn(Buffer.from(icc))),
  };
  if (channels === colours) return { pixels: ndarray(samples, [height, width, channels]), metadata };
  const Kind = samples.constructor as new (length: number) => Samples;
  const [pixels, alpha] = [new Kind(height * width * colours), new Kind(height * width)];
  for (let i = 0; i < alpha.length; i++) {
    for (let c = 0; c < colours; c++) pixels[i * colours + c] = samples[i * channels + c];
    alpha[i] = samples[i * channels + colours];
  }
  return { pixels: ndarray(pixels, [height, width, colours]), alpha: ndarray(alpha, [height, width]), metadata };
}

/** A file without a profile names its colours; the decoder makes a profile of that. */
function profileIn(icc: Buffer): Pick<FileMetadata, 'icc' | 'colour'> {
  const colour = colourOfProfile(icc);
  if (colour && isSrgb(colour)) return {};
  return { icc, ...(colour && { colour }) };
}

/** An encoder has nothing to read. */
function unwritten(error: unknown): never {
  if (!(error instanceof PerpixelError) || error.code !== 'E_READ') throw error;
  throw new PerpixelError({
    code: 'E_WRITE',
    received: 'a picture that the encoder of JPEG XL refuses',
    expected: 'one that it takes',
    cure: 'Write PNG or TIFF.',
    cause: error.cause,
  });
}
