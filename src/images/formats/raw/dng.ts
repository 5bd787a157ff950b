import { ByteSource } from '../../byteSource.js';
import { toLight } from '../../light.js';
import { inByteOrder, readTiff, tiffEntry } from '../../metadata/tiffStructure.js';
import type { Raster } from '../../raster.js';
import { type ColourMatrix, inverse, type Sensor } from '../../sensor.js';
import type { ImageFormat } from '../format.js';
import { stripFile } from '../tiff/stripFile.js';
import { unhandled } from '../unhandled.js';
import { byteEntry, fractions, textEntry } from './dngEntries.js';
import { needs, readRawPhoto } from './readRawPhoto.js';

/** Room for what noise is left below it. LibRaw does not take it off white in a file of three colours, which is then so much darker. */
const BLACK = 512;
const WHITE = 65_535;
const LINEAR_RAW = 34_892;
const D65 = 21;
const XMP = 700;

/** XYZ to the light of sRGB, both with the white of D65. IEC 61966-2-1. */
const FROM_XYZ: ColourMatrix = [
  [3.2404542, -1.5371385, -0.4985314],
  [-0.969266, 1.8760108, 0.041556],
  [0.0556434, -0.2040259, 1.0572252],
];

/**
 * Adobe's raw format. What is written is a linear one: demosaiced, in the camera's own colours, without a tone curve and with room below
 * black, so that a raw developer does all the rest as with the original.
 */
export const dng: ImageFormat<'dng'> = {
  name: 'dng',
  title: 'DNG',
  extensions: ['dng'],
  // It begins as every TIFF does, and is found out by its reader.
  signature: /(?!)/,
  // It is given floats, which have what is below black, and writes 16 bits.
  depths: [32],
  holds: ['exif', 'xmp'],
  longestSide: 65_535,
  writtenAs: 'tiff',
  needs,
  read: readRawPhoto,
  write: async (raster) => ({ file: await encodeLinearDng(raster) }),
};

async function encodeLinearDng({ pixels, metadata, sensor }: Raster): Promise<Buffer[]> {
  if (sensor === undefined) {
    throw unhandled(
      'a photo that is developed',
      "a camera's raw file, for a DNG",
      'Write TIFF, or start from the raw file.',
    );
  }
  const [height, width] = pixels.shape;
  const data = pixels.data as Float32Array;
  const described = metadata.exif && (await readTiff(ByteSource.ofBuffer(metadata.exif))).directories[0];
  const { entries: texts, children } = described ? inByteOrder(described, true) : { entries: [] };
  return stripFile({
    ...{ height, width, rowBytes: width * 6 },
    strip: (y, rows) => inCameraColours(data.subarray(y * width * 3, (y + rows) * width * 3), sensor),
    isDeflated: false,
    entries: [
      ...texts.filter(({ tag }) => tag !== 274),
      tiffEntry(254, 4, [0], true),
      tiffEntry(258, 3, [16, 16, 16], true),
      tiffEntry(262, 3, [LINEAR_RAW], true),
      tiffEntry(274, 3, [1], true),
      tiffEntry(277, 3, [3], true),
      byteEntry(50_706, 1, 4, 0, 0),
      byteEntry(50_707, 1, 1, 0, 0),
      textEntry(50_708, sensor.camera),
      tiffEntry(50_714, 3, [BLACK, BLACK, BLACK], true),
      tiffEntry(50_717, 4, [WHITE, WHITE, WHITE], true),
      fractions(50_721, 10, colourMatrix(sensor)),
      fractions(
        50_728,
        5,
        sensor.gains.map((gain) => 1 / gain),
      ),
      tiffEntry(50_778, 3, [D65], true),
      ...(metadata.xmp ? [{ tag: XMP, type: 1, count: metadata.xmp.length, value: metadata.xmp }] : []),
    ],
    children,
  });
}

/** Light of XYZ to the camera's own colours, by rows, in daylight. */
function colourMatrix({ matrix, daylight }: Sensor): number[] {
  return inverse(matrix).flatMap((row, i) =>
    [0, 1, 2].map((c) => row.reduce((sum, value, k) => sum + value * FROM_XYZ[k][c], 0) / daylight[i]),
  );
}

/** Samples of sRGB as what the photosites counted, from black to white. */
function inCameraColours(samples: Float32Array, { matrix, gains }: Sensor): Buffer {
  const [[a, b, c], [d, e, f], [g, h, k]] = inverse(matrix);
  const levels = new Uint16Array(samples.length);
  const level = (light: number, gain: number) =>
    Math.min(WHITE, Math.max(0, BLACK + (light / gain) * (WHITE - BLACK) + 0.5));
  const light = (value: number) => (value < 0 ? -toLight(-value) : toLight(value));
  for (let i = 0; i < samples.length; i += 3) {
    const [red, green, blue] = [light(samples[i]), light(samples[i + 1]), light(samples[i + 2])];
    levels[i] = level(a * red + b * green + c * blue, gains[0]);
    levels[i + 1] = level(d * red + e * green + f * blue, gains[1]);
    levels[i + 2] = level(g * red + h * green + k * blue, gains[2]);
  }
  return Buffer.from(levels.buffer);
}
