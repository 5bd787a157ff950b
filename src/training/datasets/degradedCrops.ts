import type { Random } from '../../core/random.js';
import type { Pixels } from '../../images/raster.js';
import type { CleanPhotos } from './cleanPhotos.js';
import type { Dataset, Sample } from './dataset.js';

/**
 * Restoration learnt from clean photos alone: each example is a random crop, degraded anew.
 *
 * @param size side of the crop in pixels
 * @param degrade makes the example: what the network sees, and what it should say
 *
 * @example
 * degradedCrops(photos, 64, (clean, random) => ({ inputs: { image: rain(clean, random) }, targets: { clean }, masks: {} }));
 */
export function degradedCrops(
  photos: CleanPhotos,
  size: number,
  degrade: (clean: Pixels, random: Random) => Sample,
): Dataset {
  return { length: photos.length, sample: (random) => degrade(photos.crop(random, size), random) };
}
