import { setImmediate } from 'node:timers/promises';
import * as z from 'zod';
import { picture } from '../../answers/picture.js';
import { PerpixelError } from '../../core/errors.js';
import { inTurns } from '../../core/inTurns.js';
import type { Pixels, Raster } from '../../images/raster.js';
import { companionOption } from '../companion.js';
import { denoiseWindow } from '../denoise/denoisePlan.js';
import { denoiserFor } from '../denoise/denoiserFor.js';
import { in8Bit } from '../in8Bit.js';
import type { AboutPicture, Task } from '../task.js';
import type { Kernel } from './kernel.js';
import { saveKernel } from './saveKernel.js';

const options = z.object({
  kernel: companionOption(
    'The blur: what a point of light became, as .npy or picture, for all photos or a folder of them named as the photos; ' +
      'estimated in each photo where not given',
  ).optional(),
  sigma: z
    .number()
    .min(0)
    .max(75)
    .optional()
    .describe('Standard deviation of the noise, in 8-bit units (0..75); estimated from the photo where not given'),
  kernelSize: z
    .number()
    .int()
    .min(3)
    .max(65)
    .refine((side) => side % 2 === 1, 'an odd number')
    .default(31)
    .describe('Side of the kernel that is estimated, in pixels, odd: at least how far the photo is smeared'),
});

/** The blur and the noise, each estimated where it is not said. */
export type DeblurOptions = z.output<typeof options>;

/** The blur and the noise of a photo, as they were said or found. */
export interface DeblurFacts {
  kernel: Kernel;
  kernelEstimated: boolean;
  /** The noise that is reckoned with, in 0..1 units. */
  sigma: number;
  /** What the picture itself says, in 0..1 units; or what the user says. */
  noise: number;
  noiseEstimated: boolean;
  /** Why the blur that was estimated is not used. */
  doubt?: string;
  /** How many dB the network for moving scenes expects to gain, where it is used in place of the blur. */
  expectedGain?: number;
}

/** What is told beside a deblurred photo: levels in 8-bit units. */
export interface DeblurReport {
  /** The blur that was given or found. */
  kernel: Kernel;
  /** Columns x rows. */
  kernelSize: string;
  kernelEstimated: boolean;
  sigma: number;
  noise: number;
  noiseEstimated: boolean;
  /**
   * Why the blur that was estimated is not used, in words. It is only where it is trusted: where it smears by more than a lens does, and explains
   * what is missing in every part of the photo. One that is given always is.
   */
  doubt?: string;
  /** In dB: such a photo was sharpened by the network for moving scenes, which expects to gain so much where most is to be seen. */
  expectedGain?: number;
  /** Why the photo was left as it is: the doubt, and that network expects to gain nothing either. */
  leftAlone?: string;
}

/** The network for blur that differs over the picture: things that move, a camera that turns. It needs no kernel. */
const DYNAMIC = 'deblur-dynamic';
/** No photo is better than this, in 0..1 units: rounding to 8 bits alone is half of it. */
const LEAST_SIGMA = 0.5 / 255;
/** With an estimated kernel, whose errors are like noise: 2.55 leaves ripples, and is 1 dB worse on Levin's photos. */
const LEAST_BLIND_SIGMA = 5 / 255;
/** The kernel is looked for in a part of the photo for which this side of a Fourier transform is enough. */
const ESTIMATION_SIDE = 512;
/** How many sides of the kernel tiles overlap by: what is farther away hardly changes a sharp pixel. */
const REACH = 2;

/** The denoisers that are shipped, by the names in their cards: another is the user's own, which works in place of all. */
const isShipped = ({ name }: { name: string }) => /^denoise-(colour|grey)(-fast)?$/.test(name);

/**
 * Takes blur out of photos. Where it is the same all over the photo, as of a shaken camera or a lens out of focus, by its kernel, which is
 * given or estimated; the noise as well. This works with the denoiser's models, as a step of plugAndPlay: `image` and a map `sigma` to `clean`.
 * Where no estimated kernel is trusted, a network sharpens directly, as far as it expects to gain: `image` to `clean` and `gain`.
 */
export const deblur: Task<DeblurOptions, DeblurFacts, Raster, DeblurReport> = {
  name: 'deblur',
  summary: 'Take blur out of photos',
  examples: [
    ['deblur photos -o sharp', 'The blur and the noise are estimated in each photo'],
    ['deblur IMG_0042.tif -o sharp --kernel blur.png', 'A blur that is known: what a point of light became'],
    ['deblur photos -o sharp --kernel-size 41 --save-kernel kernels', 'A long blur; what was estimated is kept'],
  ],
  options,
  answer: picture,
  modelTasks: ['denoise', 'deblur'],
  sideFiles: { saveKernel },

  model: (_, raster, quality, facts) => (facts?.expectedGain === undefined ? denoiserFor(raster, quality) : DYNAMIC),

  async measure(raster, { kernel: given, sigma, kernelSize }, card, about) {
    const kernelEstimated = given === undefined;
    const [{ readKernel }, { whyDoubted }, { noiseInSteps }] = await Promise.all([
      import('./readKernel.js'),
      import('./trust.js'),
      import('../denoise/noiseLevel.js'),
    ]);
    const rest = async () => {
      await setImmediate();
      about.signal?.throwIfAborted();
    };
    const kernel = kernelEstimated ? await estimatedKernel(raster, kernelSize, rest) : await readKernel(given, about);
    requireRoom(raster, kernel, about);
    // A network of the user's that sharpens by itself needs no kernel to be trusted.
    const doubt = kernelEstimated && card.task !== 'deblur' ? await whyDoubted(raster, kernel, rest) : undefined;
    const asked = doubt !== undefined && about.open !== undefined && isShipped(card);
    const expectedGain = asked ? await gainOf(raster, about) : undefined;
    about.signal?.throwIfAborted();
    const noiseEstimated = sigma === undefined;
    const noise = noiseEstimated ? (await inTurns(noiseInSteps(raster), about.signal)).sigma : sigma / 255;
    const least = kernelEstimated ? LEAST_BLIND_SIGMA : LEAST_SIGMA;
    return {
      ...{ kernel, kernelEstimated, sigma: Math.max(noise, least), noise, noiseEstimated, doubt },
      ...(expectedGain !== undefined && { expectedGain }),
    };
  },

  plan(facts, card, quality) {
    const { kernel, doubt } = facts;
    if (card.task === 'deblur') {
      return {
        kind: 'tiled',
        window: async (window, run) => (await import('./dynamic.js')).sharpenWindow(card)(window, run),
      };
    }
    const isPoint = kernel.data.reduce((taps, weight) => taps + (weight > 0 ? 1 : 0), 0) === 1;
    if (isPoint || doubt !== undefined) return undefined;
    return {
      kind: 'tiled',
      reach: REACH * Math.max(...kernel.shape),
      symmetry: 'none',
      async window(window, run) {
        const [{ plugAndPlay }, { selfEnsemble }] = await Promise.all([
          import('./plugAndPlay.js'),
          import('../selfEnsemble.js'),
        ]);
        return plugAndPlay(window, {
          ...facts,
          stride: card.stride,
          denoise(pixels, sigma) {
            const clean = denoiseWindow(card, ({ shape: [height, width] }) =>
              new Float32Array(height * width).fill(sigma),
            );
            const once = (turned: Pixels) => clean(turned, run);
            return quality === 'best' ? selfEnsemble(pixels, once) : once(pixels);
          },
        });
      },
    };
  },

  report: ({ kernel, kernelEstimated, sigma, noise, noiseEstimated, doubt, expectedGain }) => ({
    kernel,
    kernelSize: kernel.shape.toReversed().join(' x '),
    kernelEstimated,
    sigma: in8Bit(sigma),
    noise: in8Bit(noise),
    noiseEstimated,
    ...(doubt !== undefined && (expectedGain === undefined ? { leftAlone: doubt } : { doubt, expectedGain })),
  }),
  words: ({ kernelSize, kernelEstimated, noise, noiseEstimated, doubt, expectedGain, leftAlone }) => [
    `blur ${kernelEstimated ? 'looked for' : 'as given'}: a kernel of ${kernelSize} pixels`,
    `noise ${noiseEstimated ? 'found' : 'as given'}: ${noise.toFixed(1)} of 255`,
    ...(doubt === undefined ? [] : [`kernel not used: ${doubt}`]),
    ...(expectedGain === undefined ? [] : [`sharpened without one; ${expectedGain.toFixed(1)} dB are expected`]),
    ...(leftAlone === undefined ? [] : [`left as it is: ${leftAlone}`]),
  ],
};

/** What the network for moving scenes expects to gain. */
async function gainOf(raster: Raster, { open, signal }: AboutPicture): Promise<number | undefined> {
  const { expectedGain } = await import('./dynamic.js');
  return expectedGain(raster, await open!(DYNAMIC), signal);
}

/** From the part of the photo with the most structure, so that a large photo takes no longer than a small one. */
async function estimatedKernel(raster: Raster, side: number, rest: () => Promise<void>): Promise<Kernel> {
  const [{ estimateKernel }, { texturedWindow }, { readWindow }, { grey }] = await Promise.all([
    import('./estimateKernel.js'),
    import('./texturedWindow.js'),
    import('../../images/readWindow.js'),
    import('../../images/grey.js'),
  ]);
  const window = texturedWindow(raster, ESTIMATION_SIDE - side + 1);
  return estimateKernel(grey(readWindow(raster, window)), side, rest);
}

function requireRoom({ pixels }: Raster, { shape: [rows, columns] }: Kernel, { file }: AboutPicture): void {
  const [height, width] = pixels.shape;
  if (height >= rows && width >= columns) return;
  throw new PerpixelError({
    code: 'E_SIZE',
    subject: file,
    received: `${width} x ${height} pixels`,
    expected: `at least the size of the kernel, ${columns} x ${rows}`,
    cure: 'Use a larger photo, or a smaller kernel.',
  });
}
