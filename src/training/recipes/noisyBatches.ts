import { cleanPhotos } from '../datasets/cleanPhotos.js';
import { random } from '../random.js';

export interface NoisyBatchOptions {
  /** Files to cut crops from. */
  photos: readonly string[];
  /** 1 for grey, 3 for colour. */
  channels: 1 | 3;
  seed: number;
  /** Crops a batch. */
  batch: number;
  /** Side of a crop in pixels. */
  crop: number;
  /** One noise level for all crops, 0..1 units, instead of the mixture that is trained on. */
  sigma?: number;
}

export interface NoisyBatch {
  /** `[batch, crop, crop, channels]`, 0..1. */
  clean: Float32Array;
  /** Of deviation 1, shaped as `clean`; neither rounded nor clipped. */
  noise: Float32Array;
  /** A noise level a crop, 0..1 units. */
  sigmas: Float32Array;
}

/** The least noise level that is trained on, so that an error in units of it stays finite; 0..1 units. */
const LEAST_SIGMA = 0.5 / 255;
const MOST_SIGMA = 75 / 255;

/**
 * Batches of crops and noise for a denoiser: half of the crops at sigma 25 of 255, where methods are compared, the others
 * anywhere in 0..75, more often low than high. The default export of its own module, for `prefetch`.
 */
export default async function noisyBatches({ photos, channels, seed, batch: size, crop, sigma }: NoisyBatchOptions) {
  const source = await cleanPhotos(photos, { channels });
  const each = crop * crop * channels;
  return (step: number): NoisyBatch => {
    const dice = random(seed, sigma ?? 'mixture', step);
    const clean = new Float32Array(size * each);
    const sigmas = new Float32Array(size);
    for (let i = 0; i < size; i++) {
      clean.set(source.crop(dice, crop).data, i * each);
      sigmas[i] =
        sigma ?? (dice.chance(0.5) ? 25 / 255 : LEAST_SIGMA + (MOST_SIGMA - LEAST_SIGMA) * dice.uniform() ** 1.5);
    }
    return { clean, sigmas, noise: dice.fillNormal(new Float32Array(size * each)) };
  };
}
