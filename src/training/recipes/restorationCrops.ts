import type { Random } from '../../core/random.js';
import type { Pixels } from '../../images/raster.js';
import { cleanPhotos } from '../datasets/cleanPhotos.js';
import type { Dataset, Sample } from '../datasets/dataset.js';
import { degradedCrops } from '../datasets/degradedCrops.js';
import { pairedCrops } from '../datasets/pairedCrops.js';
import type { DrawOptions } from './drawOptions.js';
import type { TaskName } from './exampleOptions.js';
import { pairsOf, photosOf } from './exampleParts.js';

/**
 * Crops to restore: out of pairs where there are truths, else clean ones that are degraded on the fly.
 *
 * @param degrade from a crop that is `margin` pixels larger than asked for
 * @param upright crops are at most mirrored left to right
 */
export async function restorationCrops(
  { files, channels, width: size }: DrawOptions<TaskName>,
  degrade: (clean: Pixels, random: Random) => Sample,
  { margin = 0, upright = false }: { margin?: number; upright?: boolean } = {},
): Promise<Dataset> {
  const pairs = pairsOf(files);
  if (pairs.length > 0) return pairedCrops(pairs, { size, channels, upright });
  return degradedCrops(await cleanPhotos(photosOf(files), { channels, upright }), size + margin, degrade);
}
