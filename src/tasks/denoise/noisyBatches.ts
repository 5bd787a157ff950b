import { type Random, random } from '../../core/random.js';
import type { Batch } from '../../training/datasets/batchOf.js';
import { cleanPhotos } from '../../training/datasets/cleanPhotos.js';
import type { DrawOptions } from '../../training/learnable.js';
import type { NoisyExamples } from './examples.js';

/** The least noise level that is trained on, so that an error in units of it stays finite; 0..1 units. */
const LEAST_SIGMA = 0.5 / 255;
const MOST_SIGMA = 75 / 255;
/** Where methods are compared, and everyday noise lies. */
const COMPARED_SIGMAS = [15 / 255, 25 / 255, 50 / 255];

/**
 * Batches of noisy crops for a denoiser: `image`, the noise level as a map `sigma` in 0..1 units, and `clean`. Half of the
 * crops are at 15, 25 or 50 of 255, where methods are compared, the others anywhere in 0..75, more often low than high; or
 * all at one level. Noise is neither rounded nor clipped.
 */
export default async function noisyBatches(options: DrawOptions<NoisyExamples>): Promise<(step: number) => Batch> {
  const { files, channels, seed, batch: size, width: crop } = options;
  const sigma = options.examples.sigma === undefined ? undefined : options.examples.sigma / 255;
  const source = await cleanPhotos(
    files.map(({ image }) => image),
    { channels },
  );
  const pixels = crop * crop;
  const each = pixels * channels;
  return (step) => {
    const dice = random(seed, sigma ?? 'mixture', step);
    const clean = new Float32Array(size * each);
    const levels = new Float32Array(size * pixels);
    for (let i = 0; i < size; i++) {
      clean.set(source.crop(dice, crop).data, i * each);
      const level = sigma ?? (dice.chance(0.5) ? dice.pick(COMPARED_SIGMAS) : anySigma(dice));
      levels.fill(level, i * pixels, (i + 1) * pixels);
    }
    const image = dice.fillNormal(new Float32Array(size * each));
    for (let i = 0; i < image.length; i++) {
      // Rounded after each operation, as an engine computes in float32.
      image[i] = clean[i] + Math.fround(image[i] * levels[Math.floor(i / channels)]);
    }
    const shape: [number, number, number, number] = [size, crop, crop, channels];
    return {
      inputs: { image: { shape, data: image }, sigma: { shape: [size, crop, crop, 1], data: levels } },
      targets: { clean: { shape, data: clean } },
      masks: {},
    };
  };
}

const anySigma = (dice: Random): number => LEAST_SIGMA + (MOST_SIGMA - LEAST_SIGMA) * dice.uniform() ** 1.5;
