import { tiffEntry } from '../../metadata/tiffStructure.js';
import type { Raster } from '../../raster.js';
import { stripFile } from './stripFile.js';

const UNASSOCIATED_ALPHA = 2;
const IEEE_FLOAT = 3;

/**
 * A float32 TIFF, little endian, in strips, without compression or with deflate. libvips reads such files as they are,
 * but what sharp hands it as floats it takes for 16-bit samples, so these bytes are written here.
 */
export function encodeFloatTiff(raster: Raster, compression: string): Promise<Buffer[]> {
  const { alpha } = raster;
  const [height, width, channels] = raster.pixels.shape;
  const samples = channels + (alpha ? 1 : 0);
  const perSample = (value: number) => Array<number>(samples).fill(value);
  return stripFile({
    ...{ height, width, rowBytes: width * samples * 4 },
    strip: (y, rows) => stripOf(raster, y, rows),
    isDeflated: compression !== 'none',
    entries: [
      tiffEntry(258, 3, perSample(32), true),
      tiffEntry(262, 3, [channels === 1 ? 1 : 2], true),
      tiffEntry(277, 3, [samples], true),
      ...(alpha ? [tiffEntry(338, 3, [UNASSOCIATED_ALPHA], true)] : []),
      tiffEntry(339, 3, perSample(IEEE_FLOAT), true),
    ],
  });
}

/** Rows of pixels, with alpha behind each pixel where there is one. */
function stripOf({ pixels, alpha }: Raster, y: number, rows: number): Buffer {
  const [, width, channels] = pixels.shape;
  const data = pixels.data.subarray(y * width * channels, (y + rows) * width * channels);
  if (alpha === undefined) return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const strip = new Float32Array(rows * width * (channels + 1));
  for (let i = 0; i < rows * width; i++) {
    for (let c = 0; c < channels; c++) strip[i * (channels + 1) + c] = data[i * channels + c];
    strip[i * (channels + 1) + channels] = alpha.data[y * width + i];
  }
  return Buffer.from(strip.buffer);
}
