import { type RestorationUnetOptions, restorationUnet } from '../../models/restorationUnet.js';
import * as tf from '../../models/tf.js';
import type { CleanPhotos } from '../datasets/cleanPhotos.js';
import { random } from '../random.js';
import type { Recipe } from '../train.js';

export interface DenoiseRecipeOptions {
  network: RestorationUnetOptions & { channels: 1 | 3 };
  photos: CleanPhotos;
  /** Photos for the score; never those that are trained on. */
  validation?: CleanPhotos;
  seed: number;
  /** Crops a step. @default 8 */
  batch?: number;
  /** Side of a crop in pixels, a multiple of the network's stride. @default 64 */
  crop?: number;
}

interface NoisyBatch {
  /** `[batch, crop, crop, channels]`, 0..1. */
  clean: Float32Array;
  /** Of deviation 1, shaped as `clean`. */
  noise: Float32Array;
  /** A noise level a crop, 0..1 units. */
  sigmas: Float32Array;
}

/** The least noise level that is trained on, so that an error in units of it stays finite; in 0..1 units. */
const LEAST_SIGMA = 0.5 / 255;
const MOST_SIGMA = 75 / 255;

/**
 * Denoising of additive white Gaussian noise: half of the crops at sigma 25 of 255, where methods are compared, the others
 * anywhere in 0..75, more often low than high. The noise is neither rounded nor clipped.
 *
 * The loss is the squared error over sigma squared: every noise level counts the same.
 */
export function denoiseRecipe(options: DenoiseRecipeOptions): Recipe<NoisyBatch> {
  const { network, photos, validation, seed, batch: size = 8, crop = 64 } = options;
  const model = restorationUnet(network);
  const shape: [number, number, number, number] = [size, crop, crop, network.channels];

  const draw = (from: CleanPhotos, key: string, step: number, sigmaOf?: () => number): NoisyBatch => {
    const dice = random(seed, key, step);
    const each = crop * crop * network.channels;
    const clean = new Float32Array(size * each);
    const sigmas = new Float32Array(size);
    for (let i = 0; i < size; i++) {
      clean.set(from.crop(dice, crop).data, i * each);
      sigmas[i] =
        sigmaOf?.() ?? (dice.chance(0.5) ? 25 / 255 : LEAST_SIGMA + (MOST_SIGMA - LEAST_SIGMA) * dice.uniform() ** 1.5);
    }
    return { clean, sigmas, noise: dice.fillNormal(new Float32Array(size * each)) };
  };

  /** The error of the answer in units of the noise, squared, a crop. */
  const errors = ({ clean, noise, sigmas }: NoisyBatch) => {
    const truth = tf.tensor4d(clean, shape);
    const level = tf.tensor4d(sigmas, [size, 1, 1, 1]);
    const noisy = truth.add(tf.tensor4d(noise, shape).mul(level));
    const map = tf.ones([size, crop, crop, 1]).mul(level);
    const answer = model.apply([noisy, map], { training: true }) as tf.Tensor;
    return answer.sub(truth).div(level).square().mean([1, 2, 3]);
  };

  return {
    model,
    batch: (step) => draw(photos, 'batch', step),
    loss: (batch) => errors(batch).mean() as tf.Scalar,
    validate:
      validation &&
      (async () => {
        const scores: Record<string, number> = {};
        for (const sigma of [15, 25, 50]) {
          const mse = Array.from({ length: 8 }, (_, i) =>
            tf.tidy(() => [
              ...errors(draw(validation, `validate${sigma}`, i, () => sigma / 255))
                .mul((sigma / 255) ** 2)
                .dataSync(),
            ]),
          ).flat();
          scores[`psnr${sigma}`] = mse.reduce((sum, e) => sum - 10 * Math.log10(e), 0) / mse.length;
        }
        return scores;
      }),
  };
}
