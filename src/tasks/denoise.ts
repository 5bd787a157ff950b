import * as z from 'zod';
import type { Tensor } from '../engines/engine.js';
import type { Raster } from '../images/raster.js';
import { pictureOf } from './pictureOf.js';
import type { Task } from './task.js';
import { toPixels } from './toPixels.js';
import { toTensor } from './toTensor.js';

const options = z.object({
  sigma: z
    .number()
    .min(0)
    .max(75)
    .optional()
    .describe('Standard deviation of the noise, in 8-bit units (0..75); estimated from the photo where not given'),
  strength: z
    .number()
    .min(0)
    .max(2)
    .default(1)
    .describe('Below 1 keeps more grain, above 1 smooths more: what the noise level is multiplied by'),
});

export type DenoiseOptions = z.output<typeof options>;

export interface DenoiseFacts {
  /** The level that the network is told, in 0..1 units; 0 leaves the picture as it is. */
  sigma: number;
  /** What the picture itself says, in 0..1 units, before strength; or what the user says. */
  noise: number;
  estimated: boolean;
}

/** The highest level the models are trained for, in 8-bit units. */
const MAX_SIGMA = 75;
/** An estimate below this, in 8-bit units, is taken for a clean photo: no one sees it, and fine texture looks like it. */
const CLEAN_SIGMA = 0.5;

/**
 * Takes noise out of photos. The level is measured in the picture or given; the network is told it as a map, the input
 * `sigma` in 0..1 units beside `image`, and answers with `clean`.
 *
 * A grey model works on colour photos channel by channel, a colour model on grey ones.
 */
export const denoise: Task<DenoiseOptions, DenoiseFacts> = {
  name: 'denoise',
  summary: 'Take noise out of photos',
  options,

  model: (_, { pixels }, quality) =>
    `denoise-${pixels.shape[2] === 1 ? 'grey' : 'colour'}${quality === 'fast' ? '-fast' : ''}`,

  async measure(raster, { sigma, strength }) {
    const estimated = sigma === undefined;
    const noise = estimated ? await estimatedNoise(raster) : sigma / 255;
    const isClean = estimated && noise < CLEAN_SIGMA / 255;
    return { sigma: isClean ? 0 : Math.min(noise * strength, MAX_SIGMA / 255), noise, estimated };
  },

  isUnchanged: ({ sigma }) => sigma === 0,

  hold: (facts) => facts.toSorted((a, b) => a.noise - b.noise)[facts.length >> 1],

  prepare(window, { sigma }, card) {
    const image = toTensor(window, card);
    const [batch, , height, width] = image.dims;
    const map: Tensor = { data: new Float32Array(batch * height * width).fill(sigma), dims: [batch, 1, height, width] };
    return { image, sigma: map };
  },

  finish: (outputs, window, _, card) => toPixels(pictureOf(outputs, 'clean', window, card), window.shape[2], card),

  report: ({ sigma, noise, estimated }) => ({
    sigma: in8Bit(sigma),
    noise: in8Bit(noise),
    noiseEstimated: estimated,
  }),
};

/** Loaded when it is needed: `--help` of the command is made from this file. */
async function estimatedNoise(raster: Raster): Promise<number> {
  const { estimateNoise } = await import('./noiseLevel.js');
  return estimateNoise(raster).sigma;
}

const in8Bit = (level: number): number => Math.round(level * 255 * 100) / 100;
