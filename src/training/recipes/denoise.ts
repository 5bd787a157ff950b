import * as tf from '../../models/tf.js';
import type { Recipe } from '../train.js';
import type { NoisyBatch } from './noisyBatches.js';

export interface DenoiseRecipeOptions {
  /** Takes `image` and `sigma`, gives the clean picture. */
  model: tf.LayersModel;
  /** Training batches by step. */
  batches: Recipe<NoisyBatch>['batch'];
  /** Batches to score on, by noise level in units of 1/255, from photos that are not trained on. */
  validation?: Readonly<Record<string, readonly NoisyBatch[]>>;
}

/**
 * Denoising of additive white Gaussian noise. The loss is the squared error over sigma x 25 / 255: what even a good
 * denoiser leaves of the noise grows about like sigma, so that every level counts about the same in dB.
 * A score is the mean PSNR of the validation crops at a level, in dB.
 */
export function denoiseRecipe({ model, batches, validation }: DenoiseRecipeOptions): Recipe<NoisyBatch> {
  /** Mean squared error of the answer, a crop. */
  const errors = ({ clean, noise, sigmas }: NoisyBatch): tf.Tensor => {
    const size = sigmas.length;
    const channels = model.inputs[0].shape[3]!;
    const side = Math.sqrt(clean.length / size / channels);
    const shape: [number, number, number, number] = [size, side, side, channels];
    const truth = tf.tensor4d(clean, shape);
    const level = tf.tensor4d(sigmas, [size, 1, 1, 1]);
    const noisy = truth.add(tf.tensor4d(noise, shape).mul(level));
    const map = tf.fill([size, side, side, 1], 1).mul(level);
    const answer = model.apply([noisy, map], { training: true }) as tf.Tensor;
    return answer.sub(truth).square().mean([1, 2, 3]);
  };

  return {
    model,
    batch: batches,
    loss: (batch) =>
      errors(batch)
        .div(tf.tensor1d(batch.sigmas).mul(25 / 255))
        .mean() as tf.Scalar,
    validate:
      validation &&
      (async () =>
        Object.fromEntries(
          Object.entries(validation).map(([sigma, some]) => [`psnr at sigma ${sigma}`, meanPsnr(some, errors)]),
        )),
  };
}

function meanPsnr(batches: readonly NoisyBatch[], errors: (batch: NoisyBatch) => tf.Tensor): number {
  const psnrs = batches.flatMap((batch) => {
    const values = tf.tidy(() => errors(batch).dataSync());
    return Array.from(values, (e) => -10 * Math.log10(e));
  });
  return psnrs.reduce((sum, psnr) => sum + psnr, 0) / psnrs.length;
}
