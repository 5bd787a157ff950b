import type * as tf from '../../core/tf.js';
import type { Learnable } from '../../training/learnable.js';
import { restoration } from '../restoration/train.js';
import { examples, type NoisyExamples } from './examples.js';

/**
 * Denoising of additive white Gaussian noise. The loss is the squared error over sigma x 25 / 255: what even a good
 * denoiser leaves of the noise grows about like sigma, so that every level counts about the same in dB.
 * Scored at 15, 25 and 50 of 255, where methods are compared.
 */
export const denoise: Learnable<NoisyExamples> = {
  ...restoration,
  name: 'denoise',
  examples,
  truth: ['none'],
  batches: new URL('./noisyBatches.js', import.meta.url),
  loss(outputs, { inputs, targets }) {
    const errors = outputs.clean.sub(targets.clean).square().mean([1, 2, 3]);
    const levels = inputs.sigma.slice([0, 0, 0, 0], [-1, 1, 1, 1]).reshape([-1]);
    return errors.div(levels.mul(25 / 255)).mean() as tf.Scalar;
  },
  variants({ sigma }) {
    const levels = sigma === undefined ? [15, 25, 50] : [sigma];
    return Object.fromEntries(levels.map((level) => [`sigma ${level}`, { sigma: level }]));
  },
};
