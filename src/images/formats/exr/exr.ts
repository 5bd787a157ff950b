import ndarray from 'ndarray';
import { fromLight, toLight } from '../../light.js';
import { isHdr, primariesOf } from '../../metadata/colour.js';
import type { Colour, Metadata } from '../../raster.js';
import type { Decoded, ImageFormat } from '../format.js';
import { unhandled } from '../unhandled.js';
import { unmultiply } from '../unmultiply.js';
import { readExr } from './readExr.js';
import { type ExrChannel, writeExr } from './writeExr.js';

/**
 * OpenEXR: light in floats of 16 or 32 bits, as renderers and compositors have it. Its numbers are linear light. They go through the curve
 * of sRGB as it is read, and back as it is written, so that 0.5 is middle grey, as in a photo.
 */
export const exr: ImageFormat<'exr'> = {
  name: 'exr',
  title: 'EXR',
  extensions: ['exr'],
  // biome-ignore lint/suspicious/noControlCharactersInRegex: bytes of a file.
  signature: /^\x76\x2f\x31\x01/s,
  depths: [32],
  holds: ['alpha', 'colour', 'chromaticities'],

  async read(file, options) {
    const { head, samples } = await readExr(file, pictureOf, options);
    const { width, height, channels, isHalf, isWindow, chromaticities } = head;
    const names = pictureOf(channels.map(({ name }) => name));
    const hasAlpha = names.at(-1) === 'A';
    const colours = names.length - (hasAlpha ? 1 : 0);
    const pixels = hasAlpha ? new Float32Array(width * height * colours) : samples;
    const alpha = hasAlpha ? new Float32Array(width * height) : undefined;
    if (alpha) {
      for (let i = 0; i < alpha.length; i++) {
        for (let c = 0; c < colours; c++) pixels[i * colours + c] = samples[i * names.length + c];
        alpha[i] = samples[i * names.length + colours];
      }
    }
    const left = channels.length - names.length;
    const picture: Decoded = {
      pixels: ndarray(pixels, [height, width, colours]),
      ...(alpha && { alpha: ndarray(alpha, [height, width]) }),
      metadata: {
        bitDepth: 32,
        ...(isHalf && { floatBits: 16 as const }),
        ...(chromaticities && { colour: colourOf(chromaticities) }),
        notices: [
          ...(left > 0 ? ['the other channels of the EXR (depth, or the like) are not kept'] : []),
          ...(isWindow ? ['the frame around the pixels of the EXR (display window) is not kept'] : []),
        ],
      },
    };
    unmultiply(picture);
    for (let i = 0; i < pixels.length; i++) pixels[i] = signed(fromLight, pixels[i]);
    return picture;
  },

  async write({ pixels, alpha, metadata }, { compression, floatBits }) {
    const [height, width, colours] = pixels.shape;
    const { transfer = 13 } = metadata.colour ?? {};
    if (isHdr({ primaries: 1, transfer })) {
      throw unhandled(
        'a picture of HDR (PQ or HLG), for EXR',
        'the curve of sRGB',
        'Write AVIF, which has both curves.',
      );
    }
    const inLight = transfer === 8 ? (value: number) => value : (value: number) => signed(toLight, value);
    const light = Float32Array.from(
      pixels.data,
      (value, i) => inLight(value) * (alpha ? alpha.data[Math.floor(i / colours)] : 1),
    );
    const names = colours === 1 ? ['Y'] : ['R', 'G', 'B'];
    const channels: ExrChannel[] = names.map((name, offset) => ({ name, data: light, offset, step: colours }));
    if (alpha) channels.push({ name: 'A', data: alpha.data });
    const options = { width, height, bits: floatBits ?? 32, chromaticities: chromaticitiesOf(metadata) } as const;
    return { file: await writeExr(channels, { ...options, compression: compression === 'none' ? 'none' : 'zip' }) };
  },
};

/** The channels that are the picture. @throws PerpixelError E_FORMAT where none are */
function pictureOf(names: readonly string[]): readonly string[] {
  const has = (...some: string[]) => some.every((name) => names.includes(name));
  const alpha = has('A') ? ['A'] : [];
  if (has('R', 'G', 'B')) return ['R', 'G', 'B', ...alpha];
  if (has('Y')) return ['Y', ...alpha];
  const received = `an EXR of channels ${names.join(', ')}`;
  throw unhandled(received, 'R, G and B, or Y', 'Save the layer that is meant as a file of its own.');
}

const signed = (curve: (value: number) => number, value: number): number => (value < 0 ? -curve(-value) : curve(value));

/** Undefined for those of BT.709, which every reader takes. */
function chromaticitiesOf({ colour }: Metadata): number[] | undefined {
  const points = colour && colour.primaries !== 1 ? primariesOf(colour)?.flat() : undefined;
  return points && [...points.slice(2), ...points.slice(0, 2)];
}

/** EXR has red, green, blue and white, `Colour` white first. */
function colourOf(values: readonly number[]): Colour {
  return { primaries: [...values.slice(6), ...values.slice(0, 6)], transfer: 13 };
}
