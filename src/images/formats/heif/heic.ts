import ndarray from 'ndarray';
import { packagePart } from '../../../core/packagePart.js';
import { requireSize } from '../../pixelLimit.js';
import type { Samples } from '../../raster.js';
import { decodeApart } from '../decodeApart.js';
import type { Decoded, InputFormat } from '../format.js';
import { unmultiply } from '../unmultiply.js';
import { withUpright } from '../withUpright.js';
import { factsOf, requireHeifLength } from './heifFacts.js';
import { requireUnits } from './requireUnits.js';

const needs = { name: 'libheif-js', version: '1.23.2' } as const;

/**
 * HEIF with pictures coded by HEVC, as phones write them; decoded by libheif, which libvips here has without HEVC. It is not written:
 * HEVC has patents. AVIF, the same file with another codec, keeps all that it has.
 */
export const heic: InputFormat<'heic'> = {
  name: 'heic',
  title: 'HEIC',
  extensions: ['heic', 'heif', 'hif'],
  signature: /^.{4}ftyp(?:he[iv][cxms]|(?:mif1|msf1)(?!.{4}(?:.{4}){0,6}?avif))/s,
  writtenAs: 'avif',
  needs,

  async read(file, options) {
    await requireHeifLength(file);
    // A copy that may be written into.
    const bytes = Buffer.from(await file.read(0, file.size));
    const { metadata, ...facts } = factsOf(bytes);
    if (facts.size) requireSize(...facts.size, options.limitPixels);
    if (facts.heif) requireUnits(facts.heif, bytes);
    const picture = await withUpright(metadata, () => decode(bytes, options), { turns: true });
    if (facts.isPremultiplied) unmultiply(picture);
    return picture;
  },
};

interface Picture {
  height: number;
  width: number;
  pixels: Samples;
  alpha?: Samples;
}

async function decode(
  bytes: Buffer,
  { signal, limitPixels }: { signal?: AbortSignal; limitPixels?: number },
): Promise<Decoded> {
  const { height, width, pixels, alpha } = await decodeApart<Picture>(
    packagePart(import.meta.url, './heicThread.js'),
    { bytes, limitPixels },
    { what: 'a HEIC photo', needs, signal },
  );
  return {
    pixels: ndarray(pixels, [height, width, pixels.length / (height * width)]),
    ...(alpha && { alpha: ndarray(alpha, [height, width]) }),
    metadata: { bitDepth: pixels instanceof Uint16Array ? 16 : 8 },
  };
}
