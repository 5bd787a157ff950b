import { random } from '../../core/random.js';
import { convolve } from '../../degradations/convolve.js';
import { gaussianNoise } from '../../degradations/gaussianNoise.js';
import type { Pixels } from '../../images/raster.js';
import { readRaster } from '../../images/readRaster.js';
import { windowOf } from '../../images/windowOf.js';
import { grey, restorationScores } from '../../metrics/restoration.js';
import { predictRaster } from '../../pipelines/run/predictRaster.js';
import type { EvaluationContext } from '../evaluation/evaluationContext.js';
import { meanScores } from '../evaluation/meanScores.js';
import { inFloat, pixelsOf, stemOf } from '../evaluation/pictures.js';
import { parseOptions } from '../parseOptions.js';
import { readKernel } from './readKernel.js';
import { deblur } from './task.js';

export interface EvaluateDeblurOptions {
  /** The file of the kernel that the pictures are blurred with. */
  kernel: string;
  /** Noise that is added, of 255. */
  sigma: number;
  /** Photos as .299 R + .587 G + .114 B. */
  grey: boolean;
  /** The task has to estimate the noise itself. */
  estimate: boolean;
  /** Side of the kernel that the task has to estimate; it is told the kernel where not given. */
  blind?: number;
  /** Pixels by which results are moved at most, to where they fit best. */
  shift: number;
}

/** Means over the pictures. */
export interface DeblurScores {
  sigma: number;
  images: number;
  /** PSNR of the blurred pictures, dB. */
  blurredPsnr: number;
  /** PSNR of the results, dB, peak 1. */
  psnr: number;
  ssim: number;
  /** How many results are better than what was blurred. */
  better: number;
}

/**
 * Pictures convolved with a kernel, of which only what no border touches is kept, and Gaussian noise in float, neither rounded
 * nor clipped, from a seed that is each picture's name; PSNR and SSIM a picture, then the mean.
 */
export async function evaluateDeblur(
  photos: readonly string[],
  { kernel: file, sigma, grey: isGrey, estimate, blind, shift }: EvaluateDeblurOptions,
  context: EvaluationContext,
): Promise<DeblurScores> {
  const kernel = await readKernel(file);
  const scores: Pick<DeblurScores, 'blurredPsnr' | 'psnr' | 'ssim'>[] = [];
  for (const photo of photos) {
    context.signal?.throwIfAborted();
    const whole = pixelsOf(await readRaster(photo));
    const clean = isGrey ? grey(whole) : whole;
    const blurred = gaussianNoise(convolve(clean, kernel), sigma / 255, random(0, stemOf(photo), sigma));
    const truth = seenPart(clean, kernel.shape);
    const before = restorationScores(blurred, truth, { shift });
    const raster = inFloat(blurred);
    const told = { kernel: blind === undefined ? file : undefined, sigma: estimate ? undefined : sigma };
    await predictRaster(raster, deblur, parseOptions(deblur.options, { ...told, kernelSize: blind }), context);
    const after = restorationScores(pixelsOf(raster), truth, { shift });
    scores.push({ blurredPsnr: before.psnr, psnr: after.psnr, ssim: after.ssim });
  }
  const better = scores.filter(({ blurredPsnr, psnr }) => psnr > blurredPsnr).length;
  return { sigma, images: photos.length, ...meanScores(scores), better };
}

/** The part of a picture that is in the middle of the kernel where no border touches it. */
function seenPart(clean: Pixels, [rows, columns]: number[]): Pixels {
  const [height, width] = clean.shape;
  const [y, x] = [Math.floor(rows / 2), Math.floor(columns / 2)];
  return windowOf({ pixels: clean }, { y, x, height: height - rows + 1, width: width - columns + 1 });
}
