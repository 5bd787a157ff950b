import * as z from 'zod';
import { stemOf } from '../../core/files/sameNames.js';
import { random } from '../../core/random.js';
import { convolve } from '../../degradations/convolve.js';
import { gaussianNoise } from '../../degradations/gaussianNoise.js';
import { grey } from '../../images/grey.js';
import type { Pixels } from '../../images/raster.js';
import { readRaster } from '../../images/readRaster.js';
import { readWindow, wholeOf } from '../../images/readWindow.js';
import { restorationScores } from '../../metrics/restoration.js';
import type { Evaluation, EvaluationContext } from '../evaluation/evaluation.js';
import { meanScores } from '../evaluation/meanScores.js';
import { pictureList } from '../evaluation/pictureList.js';
import { inFloat } from '../evaluation/pictures.js';
import { readKernel } from './readKernel.js';
import { deblur } from './task.js';

interface EvaluateDeblurOptions {
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
async function evaluateDeblur(
  photos: readonly string[],
  { kernel: file, sigma, grey: isGrey, estimate, blind, shift }: EvaluateDeblurOptions,
  context: EvaluationContext,
): Promise<DeblurScores> {
  const kernel = await readKernel(file, {});
  const scores: Pick<DeblurScores, 'blurredPsnr' | 'psnr' | 'ssim'>[] = [];
  for (const photo of photos) {
    context.signal?.throwIfAborted();
    const whole = wholeOf(await readRaster(photo));
    const clean = isGrey ? grey(whole) : whole;
    const blurred = gaussianNoise(convolve(clean, kernel), sigma / 255, random(0, stemOf(photo), sigma));
    const truth = seenPart(clean, kernel.shape);
    const before = restorationScores(blurred, truth, { shift });
    const raster = inFloat(blurred);
    const told = { kernel: blind === undefined ? file : undefined, sigma: estimate ? undefined : sigma };
    await context.predict(raster, deblur, { ...told, ...(blind !== undefined && { kernelSize: blind }) });
    const after = restorationScores(wholeOf(raster), truth, { shift });
    scores.push({ blurredPsnr: before.psnr, psnr: after.psnr, ssim: after.ssim });
  }
  const better = scores.filter(({ blurredPsnr, psnr }) => psnr > blurredPsnr).length;
  return { sigma, images: photos.length, ...meanScores(scores), better };
}

/** The part of a picture that is in the middle of the kernel where no border touches it. */
function seenPart(clean: Pixels, [rows, columns]: number[]): Pixels {
  const [height, width] = clean.shape;
  const [y, x] = [Math.floor(rows / 2), Math.floor(columns / 2)];
  return readWindow({ pixels: clean }, { y, x, height: height - rows + 1, width: width - columns + 1 });
}

/** By how much a blind result may be moved: a blurred photo does not tell where it came from. */
const BLIND_SHIFT = 5;

const options = z.object({
  kernel: z.array(z.string()).min(1).describe('Kernels, .npy or pictures, that the photos are blurred with'),
  sigma: z.array(z.number()).default([2.55, 7.65]).describe('Noise levels, of 255'),
  grey: z.boolean().default(false).describe('Photos as .299 R + .587 G + .114 B'),
  estimate: z.boolean().default(false).describe('The task has to estimate the noise itself'),
  blind: z.number().optional().describe('The task has to estimate the kernel itself, of at most this side, odd'),
  shift: z
    .number()
    .optional()
    .describe(
      `Results are moved by at most this many pixels to where they fit best; 0, or with --blind ${BLIND_SHIFT}`,
    ),
});

/** `perpixel eval deblur CLEAN --kernel FILE...`: clean photos blurred by known kernels, and how sharp they become again. */
export const evaluation: Evaluation<z.output<typeof options>, DeblurScores & { kernel: string }> = {
  summary: 'Clean photos blurred by known kernels, and how sharp they become again',
  options,
  examples: [
    ['deblur CBSD68 --grey --kernel kernels/*.npy', 'Mean PSNR and SSIM for each kernel, the kernel known'],
    ['deblur CBSD68 --grey --kernel kernels/*.npy --blind 31', 'The kernel has to be found'],
  ],
  columns: {
    kernel: ({ kernel }) => kernel,
    sigma: ({ sigma }) => sigma,
    images: ({ images }) => images,
    blurred: ({ blurredPsnr }) => blurredPsnr.toFixed(3),
    psnr: ({ psnr }) => psnr.toFixed(3),
    ssim: ({ ssim }) => ssim.toFixed(4),
    better: ({ better }) => better,
  },
  async *evaluate({ pictures, kernel: kernels, sigma: sigmas, grey, estimate, blind, shift }, context) {
    const photos = await pictureList(pictures);
    const moved = shift ?? (blind === undefined ? 0 : BLIND_SHIFT);
    for (const sigma of sigmas) {
      for (const kernel of kernels) {
        const scores = await evaluateDeblur(photos, { kernel, sigma, grey, estimate, blind, shift: moved }, context);
        yield { kernel: stemOf(kernel), ...scores };
      }
    }
  },
};
