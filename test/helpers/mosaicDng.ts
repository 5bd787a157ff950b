import ndarray from 'ndarray';
import type { Random } from '../../src/core/random.js';
import { type Camera, mosaic, sensorNoise } from '../../src/degradations/camera.js';
import { byteEntry, fractions, textEntry } from '../../src/images/formats/raw/dngEntries.js';
import { toLight } from '../../src/images/light.js';
import { serialiseDirectory, tiffEntry, tiffHeader } from '../../src/images/metadata/tiffStructure.js';
import type { Pixels } from '../../src/images/raster.js';

/** XYZ of D65 to the light of sRGB. */
const FROM_XYZ = [
  [3.2404542, -1.5371385, -0.4985314],
  [-0.969266, 1.8760108, 0.041556],
  [0.0556434, -0.2040259, 1.0572252],
];

export interface MosaicOptions {
  /** None: a photo without noise. */
  random?: Random;
  black?: number;
  white?: number;
  orientation?: number;
  /** Stands in the file as it is, for files that cannot be read. */
  compression?: number;
}

/**
 * A raw file as a camera makes it of a photo: one colour a photosite (RGGB), with the noise of its sensor, not compressed.
 *
 * @param photo `[h, w, 3]`, sRGB in 0..1; what the sensor sees is its light, the white balance undone
 */
export function mosaicDng(
  { data, shape }: Pixels,
  camera: Camera,
  { random, black = 512, white = 16_383, orientation = 1, compression = 1 }: MosaicOptions = {},
): Buffer {
  const [height, width] = shape;
  const gains = [camera.balance.red, 1, camera.balance.blue];
  const light = ndarray(
    data.map((value, i) => toLight(value) / gains[i % 3]),
    shape,
  );
  const exposed = mosaic(light);
  const seen = random ? sensorNoise(exposed, camera, random) : exposed;
  const strip = Buffer.alloc(2 * height * width);
  seen.data.forEach((value, i) => {
    const level = Math.round(black + value * (white - black));
    strip.writeUInt16LE(Math.min(white, Math.max(0, level)), 2 * i);
  });
  const exif = {
    littleEndian: true,
    entries: [
      fractions(33434, 5, [1 / 250]),
      tiffEntry(34855, 3, [3200], true),
      textEntry(36867, '2024:05:06 07:08:09'),
    ],
    children: new Map(),
  };
  const directory = (at: number) =>
    serialiseDirectory(
      {
        littleEndian: true,
        entries: [
          tiffEntry(254, 4, [0], true),
          tiffEntry(256, 4, [width], true),
          tiffEntry(257, 4, [height], true),
          tiffEntry(258, 3, [16], true),
          tiffEntry(259, 3, [compression], true),
          tiffEntry(262, 3, [32_803], true),
          textEntry(271, 'ACME'),
          textEntry(272, 'Model 1'),
          tiffEntry(273, 4, [at], true),
          tiffEntry(274, 3, [orientation], true),
          tiffEntry(277, 3, [1], true),
          tiffEntry(278, 4, [height], true),
          tiffEntry(279, 4, [strip.length], true),
          tiffEntry(284, 3, [1], true),
          tiffEntry(33_421, 3, [2, 2], true),
          byteEntry(33_422, 0, 1, 1, 2),
          byteEntry(50_706, 1, 4, 0, 0),
          byteEntry(50_707, 1, 1, 0, 0),
          textEntry(50_708, 'ACME Model 1'),
          byteEntry(50_710, 0, 1, 2),
          tiffEntry(50_711, 3, [1], true),
          tiffEntry(50_714, 4, [black], true),
          tiffEntry(50_717, 4, [white], true),
          fractions(
            50_721,
            10,
            FROM_XYZ.flatMap((row, i) => row.map((value) => value / gains[i])),
          ),
          fractions(
            50_728,
            5,
            gains.map((gain) => 1 / gain),
          ),
          tiffEntry(50_778, 3, [21], true),
        ],
        children: new Map([[34_665, exif]]),
      },
      8,
    );
  return Buffer.concat([tiffHeader(true, 8), directory(8 + directory(0).length), strip]);
}
