import type { Pixels } from '../../images/raster.js';
import { dirt } from '../degradations/dirt.js';
import { drops } from '../degradations/drops.js';
import { rain } from '../degradations/rain.js';
import type { Random } from '../random.js';
import { drawnBatches } from './drawnBatches.js';
import type { DrawOptions } from './drawOptions.js';
import { restorationCrops } from './restorationCrops.js';

const DRAW: Record<DrawOptions<'derain'>['examples']['kind'], (clean: Pixels, random: Random) => Pixels> = {
  streaks: (clean, random) => rain(clean, random),
  drops: (clean, random) => drops(clean, random).wet,
  dirt,
};

/** Batches of photos in rain, through drops or through a dirty window: `image`, and `clean`. */
export default async function rainyBatches(options: DrawOptions<'derain'>) {
  const draw = DRAW[options.examples.kind];
  const dataset = await restorationCrops(options, (clean, random) => ({
    inputs: { image: draw(clean, random) },
    targets: { clean },
    masks: {},
  }));
  return drawnBatches(dataset, options);
}
