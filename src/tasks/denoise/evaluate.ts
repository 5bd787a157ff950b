import path from 'node:path';
import * as z from 'zod';
import { stemOf } from '../../core/files/sameNames.js';
import { random } from '../../core/random.js';
import { gaussianNoise } from '../../degradations/gaussianNoise.js';
import { grey } from '../../images/grey.js';
import { readRaster } from '../../images/readRaster.js';
import { wholeOf } from '../../images/readWindow.js';
import { restorationScores } from '../../metrics/restoration.js';
import type { Evaluation, EvaluationContext } from '../evaluation/evaluation.js';
import { meanScores } from '../evaluation/meanScores.js';
import { pictureList } from '../evaluation/pictureList.js';
import { inFloat } from '../evaluation/pictures.js';
import { denoise } from './task.js';

interface EvaluateDenoiseOptions {
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
async function evaluateDenoise(
  photos: readonly string[],
  sigma: number,
  { grey: isGrey, estimate, noisy }: EvaluateDenoiseOptions,
  { predict, signal }: EvaluationContext,
): Promise<DenoiseScores> {
  const scores: Omit<DenoiseScores, 'sigma' | 'images'>[] = [];
  for (const photo of photos) {
    signal?.throwIfAborted();
    const whole = wholeOf(await readRaster(photo));
    const clean = isGrey ? grey(whole) : whole;
    const dirty = noisy
      ? wholeOf(await readRaster(noisy(photo)))
      : gaussianNoise(clean, sigma / 255, random(0, stemOf(photo), sigma));
    const before = restorationScores(dirty, clean);
    const raster = inFloat(dirty);
    const { facts } = await predict(raster, denoise, { sigma: estimate ? undefined : sigma });
    const { psnr, ssim } = restorationScores(wholeOf(raster), clean);
    scores.push({ noisyPsnr: before.psnr, psnr, ssim, estimatedSigma: facts.noise * 255 });
  }
  return { sigma, images: photos.length, ...meanScores(scores) };
}

const options = z.object({
  sigma: z.array(z.number()).default([15, 25, 50]).describe('Noise levels, of 255'),
  grey: z.boolean().default(false).describe('Photos as .299 R + .587 G + .114 B'),
  estimate: z.boolean().default(false).describe('The task has to estimate the noise itself'),
  noisy: z
    .string()
    .optional()
    .describe('Folder of noisy .npy files of the same names, instead of noise drawn here; give their one --sigma'),
});

/** `perpixel eval denoise CLEAN`: noise of known level on clean pictures, and how much of it is left. */
export const evaluation: Evaluation<z.output<typeof options>, DenoiseScores & { grey: boolean }> = {
  summary: 'Noise of known level on clean photos, and how much of it is left',
  options,
  examples: [['denoise CBSD68 --grey --sigma 25', 'Mean PSNR and SSIM over the folder']],
  columns: {
    sigma: ({ sigma }) => sigma,
    images: ({ images }) => images,
    noisy: ({ noisyPsnr }) => noisyPsnr.toFixed(2),
    psnr: ({ psnr }) => psnr.toFixed(3),
    ssim: ({ ssim }) => ssim.toFixed(4),
    estimated: ({ estimatedSigma }) => estimatedSigma.toFixed(2),
  },
  async *evaluate({ pictures, sigma, grey, estimate, noisy }, context) {
    const photos = await pictureList(pictures);
    const noisyOf = noisy === undefined ? undefined : (photo: string) => path.join(noisy, `${stemOf(photo)}.npy`);
    for (const level of sigma) {
      yield { grey, ...(await evaluateDenoise(photos, level, { grey, estimate, noisy: noisyOf }, context)) };
    }
  },
};
