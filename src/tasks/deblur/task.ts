import { setImmediate } from 'node:timers/promises';
import * as z from 'zod';
import { PerpixelError } from '../../core/errors.js';
import { inTurns } from '../../core/inTurns.js';
import type { Tensor } from '../../engines/engine.js';
import type { Pixels, Raster } from '../../images/raster.js';
import { denoiserFor } from '../denoise/denoiserFor.js';
import { pictureOf } from '../pictureOf.js';
import type { AboutPicture, Task } from '../task.js';
import { toPixels } from '../toPixels.js';
import { toTensor } from '../toTensor.js';
import type { Kernel } from './kernel.js';

const options = z.object({
  kernel: z
    .string()
    .optional()
    .describe('The blur: what a point of light became, as .npy or picture; estimated in each photo where not given'),
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
  saveKernel: z
    .string()
    .optional()
    .describe('Where the kernel is written: a file, .npy or .png, or a folder for both of each photo'),
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
}

/** No photo is better than this, in 0..1 units: rounding to 8 bits alone is half of it. */
const LEAST_SIGMA = 0.5 / 255;
/** With an estimated kernel, whose errors are like noise: 2.55 leaves ripples, and is 1 dB worse on Levin's photos. */
const LEAST_BLIND_SIGMA = 5 / 255;
/** The kernel is looked for in a part of the photo for which this side of a Fourier transform is enough. */
const ESTIMATION_SIDE = 512;
/** Sides of a kernel that tiles overlap by: beyond, the way from blurred to sharp hardly sees. */
const REACH = 2;

/**
 * Takes blur out of photos, of a shaken camera or a lens out of focus, the same all over the photo. Its kernel is given or
 * estimated; the noise as well. Works with the denoiser's models, as a step of plugAndPlay: `image` and a map `sigma` to `clean`.
 */
export const deblur: Task<DeblurOptions, DeblurFacts> = {
  name: 'deblur',
  summary: 'Take blur out of photos',
  options,
  modelTask: 'denoise',

  model: (_, raster, quality) => denoiserFor(raster, quality),

  async measure(raster, { kernel: file, sigma, kernelSize, saveKernel: target }, _, about) {
    const kernelEstimated = file === undefined;
    const [{ readKernel }, { saveKernel }, { noiseInSteps }] = await Promise.all([
      import('./readKernel.js'),
      import('./saveKernel.js'),
      import('../denoise/noiseLevel.js'),
    ]);
    const kernel = kernelEstimated ? await estimatedKernel(raster, kernelSize, about.signal) : await readKernel(file);
    requireRoom(raster, kernel, about);
    if (target !== undefined) await saveKernel(kernel, target, about);
    const noiseEstimated = sigma === undefined;
    const noise = noiseEstimated ? (await inTurns(noiseInSteps(raster), about.signal)).sigma : sigma / 255;
    const least = kernelEstimated ? LEAST_BLIND_SIGMA : LEAST_SIGMA;
    return { kernel, kernelEstimated, sigma: Math.max(noise, least), noise, noiseEstimated };
  },

  isUnchanged: ({ kernel }) => kernel.data.reduce((taps, weight) => taps + (weight > 0 ? 1 : 0), 0) === 1,

  reach: ({ kernel: { shape } }) => REACH * Math.max(...shape),

  async solve(window, run, facts, card, quality) {
    const [{ plugAndPlay }, { selfEnsemble }] = await Promise.all([
      import('./plugAndPlay.js'),
      import('../selfEnsemble.js'),
    ]);
    return plugAndPlay(window, {
      ...facts,
      stride: card.stride,
      denoise(pixels, sigma) {
        const level = { ...facts, sigma };
        const once = async (turned: Pixels) =>
          deblur.finish(await run(deblur.prepare(turned, level, card)), turned, level, card);
        return quality === 'best' ? selfEnsemble(pixels, once) : once(pixels);
      },
    });
  },

  /** Of one step of many, as finish. */
  prepare(window, { sigma }, card) {
    const image = toTensor(window, card);
    const [batch, , height, width] = image.dims;
    const map: Tensor = { data: new Float32Array(batch * height * width).fill(sigma), dims: [batch, 1, height, width] };
    return { image, sigma: map };
  },

  finish: (outputs, window, _, card) => toPixels(pictureOf(outputs, 'clean', window, card), window.shape[2], card),

  report: ({ kernel, kernelEstimated, sigma, noise, noiseEstimated }) => ({
    kernelSize: kernel.shape.toReversed().join(' x '),
    kernelEstimated,
    sigma: in8Bit(sigma),
    noise: in8Bit(noise),
    noiseEstimated,
  }),
};

/** From the part of the photo with the most structure, so that a large photo takes no longer than a small one. */
async function estimatedKernel(raster: Raster, side: number, signal?: AbortSignal): Promise<Kernel> {
  const [{ estimateKernel }, { texturedWindow }, { windowOf }, { grey }] = await Promise.all([
    import('./estimateKernel.js'),
    import('./texturedWindow.js'),
    import('../../images/windowOf.js'),
    import('../../metrics/restoration.js'),
  ]);
  const window = texturedWindow(raster, ESTIMATION_SIDE - side + 1);
  return estimateKernel(grey(windowOf(raster, window)), side, async () => {
    await setImmediate();
    signal?.throwIfAborted();
  });
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

const in8Bit = (level: number): number => Math.round(level * 255 * 100) / 100;
