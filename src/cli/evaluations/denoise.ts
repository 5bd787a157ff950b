import type { Session } from '../../engines/engine.js';
import type { Raster } from '../../images/raster.js';
import { readRaster } from '../../images/readRaster.js';
import { grey, restorationScores } from '../../metrics/restoration.js';
import { type PredictTiledOptions, predictTiled } from '../../pipelines/predictTiled.js';
import { denoise } from '../../tasks/denoise.js';
import { gaussianNoise } from '../../training/degradations/gaussianNoise.js';
import { random } from '../../training/random.js';
import { pixelsOf, stemOf } from './pictures.js';

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
  const sums = { noisyPsnr: 0, psnr: 0, ssim: 0, estimatedSigma: 0 };
  for (const photo of photos) {
    predicting.signal?.throwIfAborted();
    const whole = pixelsOf(await readRaster(photo));
    const clean = isGrey ? grey(whole) : whole;
    const dirty = noisy
      ? pixelsOf(await readRaster(noisy(photo)))
      : gaussianNoise(clean, sigma / 255, random(0, stemOf(photo), sigma));
    const before = restorationScores(dirty, clean);
    const raster: Raster = { pixels: dirty, metadata: { format: 'npy', bitDepth: 32 } };
    const options = { sigma: estimate ? undefined : sigma, strength: 1 };
    const session = await open(denoise.model(options, raster, predicting.quality ?? 'balanced'));
    const facts = await denoise.measure(raster, options, session.model.card, {});
    await predictTiled(raster, denoise, facts, session, predicting);
    const after = restorationScores(pixelsOf(raster), clean);
    sums.noisyPsnr += before.psnr;
    sums.psnr += after.psnr;
    sums.ssim += after.ssim;
    sums.estimatedSigma += facts.noise * 255;
  }
  const mean = (sum: number) => sum / photos.length;
  return {
    sigma,
    images: photos.length,
    noisyPsnr: mean(sums.noisyPsnr),
    psnr: mean(sums.psnr),
    ssim: mean(sums.ssim),
    estimatedSigma: mean(sums.estimatedSigma),
  };
}
