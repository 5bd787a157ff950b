import { PerpixelError } from '../../core/errors.js';
import type { Random } from '../../core/random.js';
import type { Pixels } from '../../images/raster.js';
import { type Decoded, decodeRgb } from './decode.js';
import { pictureFiles } from './pictureFiles.js';
import { cutSquare, randomSquare } from './turnedSquare.js';

/** Clean photos in memory, from which a restoration network learns. */
export interface CleanPhotos {
  /** How many photos. */
  readonly length: number;
  /**
   * A random square of a random photo, mirrored and turned by a random number of quarter turns. Every pixel of the set is
   * as likely as any other, so large photos are drawn more often.
   *
   * @param size side in pixels
   * @returns float `[size, size, channels]`, 0..1
   * @throws PerpixelError E_DATA where a photo of the set is smaller than that
   */
  crop(random: Random, size: number): Pixels;
}

/**
 * Loads photos once and keeps them as 8-bit RGB: 378 BSDS photos take 175 MB.
 *
 * @param where a folder, or a list of files
 * @param upright crops are at most mirrored left to right
 * @param channels 3 for colour, 1 for grey: 0.299 R + 0.587 G + 0.114 B, not rounded
 * @throws PerpixelError E_DATA where there is no photo or one cannot be decoded
 */
export async function cleanPhotos(
  where: string | readonly string[],
  { channels = 3, upright }: { channels?: 1 | 3; upright?: boolean } = {},
): Promise<CleanPhotos> {
  const files = typeof where === 'string' ? await pictureFiles(where) : where;
  if (files.length === 0) {
    throw new PerpixelError({
      code: 'E_DATA',
      received: 'an empty list of photos',
      expected: 'at least one photo',
      cure: 'Name the files to train on.',
    });
  }
  const photos = await Promise.all(files.map(decodeRgb));
  const smallest = photos.reduce((a, b) => (shortSide(a) <= shortSide(b) ? a : b));
  /** Pixels in all photos up to and with each. */
  const area = photos.map(
    (
      (sum) =>
      ({ height, width }) =>
        (sum += height * width)
    )(0),
  );

  return {
    length: photos.length,
    crop(random, size) {
      if (size > shortSide(smallest)) {
        throw new PerpixelError({
          code: 'E_DATA',
          subject: smallest.file,
          received: `${smallest.width} x ${smallest.height} pixels`,
          expected: `at least ${size} x ${size}, the size of a training crop`,
          cure: 'Remove the photo from the training set, or choose smaller crops.',
        });
      }
      const at = random.uniform(0, area[area.length - 1]);
      const photo = photos[area.findIndex((end) => at < end)];
      return cutSquare(photo.data, randomSquare(photo, size, random, upright), channels);
    },
  };
}

const shortSide = ({ height, width }: Decoded<Uint8Array>) => Math.min(height, width);
