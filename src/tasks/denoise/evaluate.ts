import { random } from '../../core/random.js';
import { gaussianNoise } from '../../degradations/gaussianNoise.js';
import type { Session } from '../../engines/engine.js';
import { readRaster } from '../../images/readRaster.js';
import { grey, restorationScores } from '../../metrics/restoration.js';
import { type PredictTiledOptions, predictTiled } from '../../pipelines/run/predictTiled.js';
import { meanScores } from '../evaluation/meanScores.js';
import { inFloat, pixelsOf, stemOf } from '../evaluation/pictures.js';
import { denoise } from './task.js';

export interface EvaluateDenoiseOptions extends PredictTiledOptions {
  open: (model: string) => Promise<Session>;
  /** Photos as .299 R + .587 G + .114 B. */
  grey: boolean;
  /** The task has to estimate the noise itself. */
  estimate: boolean;
  /** The noisy picture of a clean one, where noise is not to be drawn here. */
  noisy?: (photo: string) => string;
}

/** Means over the pictures. */
export interface DenoiseScores {
  /** Of 255. */
  sigma: number;
  images: number;
  /** PSNR of the noisy pictures, dB. */
  noisyPsnr: number;
  /** PSNR of the results, dB, peak 1. */
  psnr: number;
  ssim: number;
  /** What the task took the noise to be, of 255. */
  estimatedSigma: number;
}

/**
 * Gaussian noise in float, neither rounded nor clipped, from a seed that is each picture's name; the result clipped to
 * 0..1; PSNR and SSIM a picture, then the mean.
 */
export async function evaluateDenoise(
  photos: readonly string[],
  sigma: number,
  { open, grey: isGrey, estimate, noisy, ...predicting }: EvaluateDenoiseOptions,
): Promise<DenoiseScores> {
  const scores: Omit<DenoiseScores, 'sigma' | 'images'>[] = [];
  for (const photo of photos) {
    predicting.signal?.throwIfAborted();
    const whole = pixelsOf(await readRaster(photo));
    const clean = isGrey ? grey(whole) : whole;
    const dirty = noisy
      ? pixelsOf(await readRaster(noisy(photo)))
      : gaussianNoise(clean, sigma / 255, random(0, stemOf(photo), sigma));
    const before = restorationScores(dirty, clean);
    const raster = inFloat(dirty);
    const options = { sigma: estimate ? undefined : sigma, strength: 1 };
    const session = await open(denoise.model(options, raster, predicting.quality ?? 'balanced'));
    const facts = await denoise.measure(raster, options, session.model.card, {});
    await predictTiled(raster, denoise, facts, session, predicting);
    const { psnr, ssim } = restorationScores(pixelsOf(raster), clean);
    scores.push({ noisyPsnr: before.psnr, psnr, ssim, estimatedSigma: facts.noise * 255 });
  }
  return { sigma, images: photos.length, ...meanScores(scores) };
}
