import type { Random } from '../../core/random.js';
import type { Pixels } from '../../images/raster.js';
import { cleanPhotos } from '../../training/datasets/cleanPhotos.js';
import type { Dataset, Sample } from '../../training/datasets/dataset.js';
import { degradedCrops } from '../../training/datasets/degradedCrops.js';
import type { ExampleFiles } from '../../training/datasets/exampleFiles.js';
import { type CroppedPair, pairedCrops } from '../../training/datasets/pairedCrops.js';
import type { DrawOptions } from '../../training/learnable.js';

/**
 * Crops to restore: out of pairs where there are truths, else clean ones that are degraded on the fly.
 *
 * @param degrade from a crop that is `margin` pixels larger than asked for
 * @param upright crops are at most mirrored left to right
 */
export async function restorationCrops(
  { files, channels, width: size }: Pick<DrawOptions, 'files' | 'channels' | 'width'>,
  degrade: (clean: Pixels, random: Random) => Sample,
  { margin = 0, upright = false }: { margin?: number; upright?: boolean } = {},
): Promise<Dataset> {
  const pairs = pairsOf(files);
  if (pairs.length > 0) return pairedCrops(pairs, { size, channels, upright });
  return degradedCrops(await cleanPhotos(photosOf(files), { channels, upright }), size + margin, degrade);
}

/** The pictures that come with their truth. */
export function pairsOf(files: readonly ExampleFiles[]): CroppedPair[] {
  return files.flatMap(({ image, truth, crop }) => (truth === undefined ? [] : [{ input: image, truth, crop }]));
}

/** The pictures that come without. */
export function photosOf(files: readonly ExampleFiles[]): string[] {
  return files.flatMap(({ image, truth }) => (truth === undefined ? [image] : []));
}
