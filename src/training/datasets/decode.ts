import sharp from 'sharp';
import { PerpixelError } from '../../core/errors.js';

/** A picture of a data set, kept at the depth of its file so that a whole set fits in memory. */
export interface Decoded<Data extends Uint8Array | Uint16Array> {
  file: string;
  height: number;
  width: number;
  /** Interleaved. */
  data: Data;
}

/** A photo as 8-bit sRGB, upright, without alpha. Throws E_DATA where it cannot be decoded. */
export function decodeRgb(file: string): Promise<Decoded<Uint8Array>> {
  return decoded(file, async () => {
    const photo = sharp(file).autoOrient().removeAlpha().toColourspace('srgb');
    return photo.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  });
}

/** The first channel of an 8-bit picture of class ids. Throws E_DATA where it cannot be decoded. */
export function decodeLabels(file: string): Promise<Decoded<Uint8Array>> {
  return decoded(file, async () =>
    sharp(file).extractChannel(0).raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true }),
  );
}

/** A 16-bit picture of depth, as its numbers stand in the file. Throws E_DATA where it cannot be decoded. */
export async function decodeDepth(file: string): Promise<Decoded<Uint16Array>> {
  const { data, ...rest } = await decoded(file, async () =>
    sharp(file)
      .toColourspace('grey16')
      .extractChannel(0)
      .raw({ depth: 'ushort' })
      .toBuffer({ resolveWithObject: true }),
  );
  return { ...rest, data: new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2) };
}

async function decoded(
  file: string,
  read: () => Promise<{ data: Buffer; info: { height: number; width: number } }>,
): Promise<Decoded<Uint8Array>> {
  try {
    const { data, info } = await read();
    return { file, height: info.height, width: info.width, data };
  } catch (cause) {
    throw new PerpixelError({
      code: 'E_DATA',
      subject: file,
      received: 'a file that cannot be decoded',
      expected: 'a picture to train on',
      cure: 'Remove it from the training set, or replace it by a sound copy.',
      cause,
    });
  }
}
