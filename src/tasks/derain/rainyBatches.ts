import ndarray from 'ndarray';
import type { Random } from '../../core/random.js';
import { dirt } from '../../degradations/dirt.js';
import { drops } from '../../degradations/drops.js';
import { rain } from '../../degradations/rain.js';
import type { Pixels } from '../../images/raster.js';
import { drawnBatches } from '../../training/datasets/batchOf.js';
import { cleanPhotos } from '../../training/datasets/cleanPhotos.js';
import type { Dataset, Sample } from '../../training/datasets/dataset.js';
import { pairedCrops } from '../../training/datasets/pairedCrops.js';
import type { DrawOptions } from '../../training/learnable.js';
import { pairsOf, photosOf, restorationCrops } from '../restoration/restorationCrops.js';
import type { RainyExamples } from './examples.js';

const DRAW: Record<RainyExamples['kind'], (clean: Pixels, random: Random) => Pixels> = {
  streaks: (clean, random) => rain(clean, random),
  drops: (clean, random) => drops(clean, random).wet,
  dirt,
  glass: (clean, random) => DRAW[random.pick(['drops', 'dirt'] as const)](clean, random),
};

/**
 * How often an example of drawn rain is the clean photo itself, so that the network learns to change nothing where it does not rain.
 * Not so for drops and dirt: their examples have clean parts anyway, and a network that was also shown clean photos left dirt in
 * place.
 */
const CLEAN = 0.05;
/**
 * Where there are pairs and clean photos: how often an example is a pair, and a photo under the rain of one. A few pairs are
 * soon known by heart.
 */
const PAIR = 0.35;
const TRANSPLANT = 0.5;

/**
 * Batches of photos in rain, through drops or through a dirty window: `image`, and `clean`. Few pairs go a long way with
 * clean photos beside them: the rain of a pair is also laid over other photos, and rain is drawn over some. Rain falls:
 * streaks are only mirrored left to right.
 */
export default async function rainyBatches(options: DrawOptions<RainyExamples>) {
  const draw = DRAW[options.examples.kind];
  const clear = falls(options) ? CLEAN : 0;
  const drawn = (clean: Pixels, random: Random) => sampleOf(random.chance(clear) ? clean : draw(clean, random), clean);
  const mixed = pairsOf(options.files).length > 0 && photosOf(options.files).length > 0;
  const dataset = mixed
    ? await mixture(options, drawn)
    : await restorationCrops(options, drawn, { upright: falls(options) });
  return drawnBatches(dataset, options);
}

async function mixture(
  options: DrawOptions<RainyExamples>,
  drawn: (clean: Pixels, random: Random) => Sample,
): Promise<Dataset> {
  const { files, channels, width: size } = options;
  const upright = falls(options);
  const pairs = await pairedCrops(pairsOf(files), { size, channels, upright });
  const photos = await cleanPhotos(photosOf(files), { channels, upright });
  return {
    length: pairs.length + photos.length,
    sample(random) {
      const way = random.uniform();
      if (way < PAIR) return pairs.sample(random);
      const clean = photos.crop(random, size);
      return way < PAIR + TRANSPLANT ? transplanted(pairs.sample(random), clean) : drawn(clean, random);
    },
  };
}

const falls = ({ examples }: DrawOptions<RainyExamples>): boolean => examples.kind === 'streaks';

/** What a pair's rain adds, on another photo; both are clipped at white, as a camera does. */
function transplanted({ inputs, targets }: Sample, clean: Pixels): Sample {
  const rainy = clean.data.map((v, i) => {
    const added = inputs.image.data[i] - targets.clean.data[i];
    return Math.min(Math.max(v + added, 0), 1);
  });
  return sampleOf(ndarray(rainy, clean.shape), clean);
}

const sampleOf = (image: Pixels, clean: Pixels): Sample => ({ inputs: { image }, targets: { clean }, masks: {} });
