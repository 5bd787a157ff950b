import { encodeRaster } from '../../src/images/encodeRaster.js';
import { formatNames, writtenAs } from '../../src/images/formats/lookup.js';
import type { Format } from '../../src/images/formats/registry.js';
import type { Raster } from '../../src/images/raster.js';
import { readRaster } from '../../src/images/readRaster.js';
import { ultraHdr } from '../helpers/ultraHdr.js';
import { type Context, type FuzzedKind, told } from './kind.js';
import { fixtures, pictures, rawFiles } from './pictureSeeds.js';

/** Lossless, so that what is read again has to be the same. */
const LOSSLESS: ReadonlySet<string> = new Set(['png', 'tiff', 'npy']);

/** Every format that is read: read, and written in one that is written. */
export const pictureKinds: Readonly<Record<string, FuzzedKind>> = {
  ...Object.fromEntries(formatNames.map((name) => [name, { seeds: () => pictures(name), attempt }])),
  exr: { seeds: async () => [...(await pictures('exr')), ...(await fixtures('.exr'))], attempt },
  heic: { seeds: () => fixtures('.heic'), attempt },
  'ultra hdr': { seeds: async () => [await ultraHdr()], attempt },
  dng: { seeds: rawFiles, attempt },
};

const bytesOf = ({ data }: Raster['pixels']) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

async function attempt(bytes: Buffer, { number, whole }: Pick<Context, 'number' | 'whole'>) {
  let raster: Raster | undefined;
  const reading = await told('reading', async () => {
    raster = await readRaster(bytes);
  });
  if (reading !== undefined || raster === undefined) return reading;
  const { pixels, alpha } = raster;
  // What was cut off may have been metadata alone.
  if (whole && !Buffer.from(bytesOf(pixels)).equals(bytesOf((await readRaster(whole)).pixels))) {
    return 'a file whose pixels were cut off is accepted';
  }
  const [height, width, channels] = pixels.shape;
  if (pixels.data.length !== height * width * channels) return `${pixels.shape} with ${pixels.data.length} samples`;
  if (alpha && alpha.data.length !== height * width) return `${pixels.shape} with alpha of ${alpha.data.length}`;
  if (height * width > 4e6) return undefined;
  const format = [undefined, ...formatNames][number % (formatNames.length + 1)];
  let written: Buffer | undefined;
  const writing = await told('writing', async () => {
    written = await encodeRaster(raster!, format ? { format } : {});
  });
  if (writing !== undefined || written === undefined) return writing;
  return sameAgain(raster, written, format ?? (writtenAs(raster.metadata.format) as Format));
}

/** What was written is a whole picture, of the same samples where the format keeps them. */
async function sameAgain(
  { pixels, alpha, metadata }: Raster,
  written: Buffer,
  format: Format,
): Promise<string | undefined> {
  let again: Raster;
  try {
    again = await readRaster(written);
  } catch (error) {
    return `what was written as ${format} cannot be read again: ${(error as Error).message}`;
  }
  if (again.pixels.shape.slice(0, 2).join() !== pixels.shape.slice(0, 2).join()) return `${format} has another size`;
  // Raw files are developed to floats, and written with 16 bits.
  const isSameDepth =
    again.pixels.data.constructor === pixels.data.constructor && again.metadata.bitDepth === metadata.bitDepth;
  const isWhole = LOSSLESS.has(format) && metadata.compression !== 'jpeg' && (!alpha || format !== 'npy');
  if (!isSameDepth || !isWhole || again.pixels.shape[2] !== pixels.shape[2]) return undefined;
  const bits = (data: Raster['pixels']['data']) => Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return bits(again.pixels.data).equals(bits(pixels.data)) ? undefined : `${format} has other samples`;
}
