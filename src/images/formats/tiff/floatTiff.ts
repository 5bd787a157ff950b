import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { serialiseDirectory, tiffEntry, tiffHeader } from '../../metadata/tiffStructure.js';
import type { Raster } from '../../raster.js';

const STRIP_BYTES = 1 << 20;
const UNASSOCIATED_ALPHA = 2;
const IEEE_FLOAT = 3;
const DEFLATE = 8;

/**
 * A float32 TIFF, little endian, in strips, without compression or with deflate. libvips reads such files as they are,
 * but what sharp hands it as floats it takes for 16-bit samples, so these bytes are written here.
 */
export async function encodeFloatTiff({ pixels, alpha }: Raster, compression: string): Promise<Buffer[]> {
  const [height, width, channels] = pixels.shape;
  const samples = channels + (alpha ? 1 : 0);
  const rowsAStrip = Math.min(height, Math.max(1, Math.floor(STRIP_BYTES / (width * samples * 4))));
  const strips: Buffer[] = [];
  for (let y = 0; y < height; y += rowsAStrip) {
    const strip = stripOf({ pixels, alpha } as Raster, y, Math.min(rowsAStrip, height - y));
    strips.push(compression === 'none' ? strip : await promisify(deflate)(strip));
  }

  const perSample = (value: number) => Array<number>(samples).fill(value);
  const entries = (offsets: readonly number[]) => [
    tiffEntry(256, 4, [width], true),
    tiffEntry(257, 4, [height], true),
    tiffEntry(258, 3, perSample(32), true),
    tiffEntry(259, 3, [compression === 'none' ? 1 : DEFLATE], true),
    tiffEntry(262, 3, [channels === 1 ? 1 : 2], true),
    tiffEntry(273, 4, offsets, true),
    tiffEntry(277, 3, [samples], true),
    tiffEntry(278, 4, [rowsAStrip], true),
    tiffEntry(
      279,
      4,
      strips.map((strip) => strip.length),
      true,
    ),
    tiffEntry(284, 3, [1], true),
    ...(alpha ? [tiffEntry(338, 3, [UNASSOCIATED_ALPHA], true)] : []),
    tiffEntry(339, 3, perSample(IEEE_FLOAT), true),
  ];
  const directory = (offsets: readonly number[]) =>
    serialiseDirectory({ littleEndian: true, entries: entries(offsets), children: new Map() }, 8);

  const offsets: number[] = [];
  let at = 8 + directory(strips.map(() => 0)).length;
  for (const strip of strips) {
    offsets.push(at);
    at += strip.length;
  }
  return [tiffHeader(true, 8), directory(offsets), ...strips];
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
