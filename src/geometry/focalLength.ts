import { ByteSource } from '../images/byteSource.js';
import { readTiff, type TiffDirectory, tiffNumber } from '../images/metadata/tiffStructure.js';

/** The diagonal of a frame of 35 mm film, in mm: equivalent focal lengths see as much over the diagonal. */
const FILM_DIAGONAL = Math.hypot(36, 24);

const EXIF = 34665;
const FOCAL_LENGTH = 0x920a;
const FOCAL_LENGTH_35MM = 0xa405;
const PIXEL_WIDTH = 0xa002;
const PLANE_RESOLUTION = 0xa20e;
const PLANE_UNIT = 0xa210;
/** Millimetres of the units that EXIF counts 2 inch, 3 cm, 4 mm, 5 micrometre. */
const UNITS: Readonly<Record<number, number>> = { 2: 25.4, 3: 10, 4: 1, 5: 0.001 };

/** Pixels of a focal length that is told as for 35 mm film. */
export function pixelsOf35mm(focal: number, height: number, width: number): number {
  return (focal / FILM_DIAGONAL) * Math.hypot(height, width);
}

/**
 * The focal length of a photo in its own pixels, as its EXIF tells it: FocalLengthIn35mmFilm, else FocalLength and the
 * resolution of the focal plane. Undefined where EXIF is missing, silent, or nonsense.
 *
 * @param exif a TIFF structure
 */
export async function focalLength(
  exif: Buffer | undefined,
  height: number,
  width: number,
): Promise<number | undefined> {
  if (!exif) return undefined;
  const [directory] = await readTiff(ByteSource.ofBuffer(exif)).then(
    ({ directories }) => directories,
    () => [],
  );
  const camera = directory?.children.get(EXIF);
  if (!camera) return undefined;
  const film = numberOf(camera, FOCAL_LENGTH_35MM);
  if (film > 0) return pixelsOf35mm(film, height, width);
  // The resolution is of the sensor's pixels, which the photo may have been reduced from. A turned photo is as tall as those are wide.
  const longer = Math.max(height, width);
  const sensorWidth = numberOf(camera, PIXEL_WIDTH);
  const millimetre = numberOf(camera, PLANE_RESOLUTION) / UNITS[numberOf(camera, PLANE_UNIT) || 2];
  const pixels = numberOf(camera, FOCAL_LENGTH) * millimetre * (sensorWidth > 0 ? longer / sensorWidth : 1);
  return Number.isFinite(pixels) && pixels > 0 ? pixels : undefined;
}

/** NaN where the tag is missing or no number. */
function numberOf({ entries, littleEndian }: TiffDirectory, wanted: number): number {
  const entry = entries.find(({ tag }) => tag === wanted);
  return (entry && tiffNumber(entry, littleEndian)) ?? Number.NaN;
}
