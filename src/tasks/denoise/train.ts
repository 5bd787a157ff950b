import { PerpixelError } from '../../core/errors.js';
import type * as tf from '../../core/tf.js';
import type { Tensors } from '../../losses/loss.js';
import type { Learnable } from '../../training/learnable.js';
import { pairsOf } from '../restoration/restorationCrops.js';
import { restoration } from '../restoration/train.js';
import { examples, type NoisyExamples } from './examples.js';
import { WHITE } from './whiteNoise.js';

/**
 * Denoising, of white Gaussian noise that is drawn, or of pairs of noisy and clean photos. The loss is the squared error over sigma x 25 / 255: what even a good
 * denoiser leaves of the noise grows about like sigma, so that every level counts about the same in dB.
 * Scored at 15, 25 and 50 of 255, where methods are compared.
 */
export const denoise: Learnable<NoisyExamples> = {
  ...restoration,
  name: 'denoise',
  examples,
  truth: ['none', 'clean'],
  batches: new URL('./noisyBatches.js', import.meta.url),
  loss(outputs, { inputs, targets }) {
    const errors = outputs.clean.sub(targets.clean).square().mean([1, 2, 3]);
    const levels = levelOf(inputs).slice([0, 0, 0, 0], [-1, 1, 1, 1]).reshape([-1]);
    return errors.div(levels.mul(25 / 255)).mean() as tf.Scalar;
  },
  check({ files, examples: { sigma } }) {
    if (sigma === undefined || pairsOf(files).length === 0) return;
    throw new PerpixelError({
      code: 'E_OPTION',
      subject: '--sigma',
      received: String(sigma),
      expected: 'clean photos, that noise is drawn over',
      cure: 'Leave it out: a pair has the noise that it has.',
    });
  },
  variants({ sigma }) {
    const levels = sigma === undefined ? [15, 25, 50] : [sigma];
    return Object.fromEntries(levels.map((level) => [`sigma ${level}`, { sigma: level }]));
  },
};

/** Of white noise: networks that know noise by luma and chroma are told what white noise has of these. */
function levelOf({ sigma, noise, image }: Tensors): tf.Tensor {
  if (sigma) return sigma;
  const luma = noise.slice([0, 0, 0, 0], [-1, -1, -1, 1]);
  return image.shape[3] === 1 ? luma : luma.div(WHITE.luma);
}
