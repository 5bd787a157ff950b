import * as z from 'zod';
import { picture } from '../../answers/picture.js';
import { inTurns } from '../../core/inTurns.js';
import type { Tensor } from '../../engines/engine.js';
import type { Pixels, Raster } from '../../images/raster.js';
import { windowOf } from '../../images/windowOf.js';
import type { ModelCard } from '../../onnx/modelFile.js';
import { in8Bit } from '../in8Bit.js';
import { pictureOf } from '../pictureOf.js';
import { feedForward, type TiledPlan } from '../plan.js';
import type { Task } from '../task.js';
import { toPixels } from '../toPixels.js';
import { toTensor } from '../toTensor.js';
import { denoiserFor } from './denoiserFor.js';
import { type NoiseCurve, varianceAt } from './noiseCurve.js';
import type { NoiseLevel } from './noiseLevel.js';
import { GUIDE_RADIUS, noiseMap } from './noiseMap.js';

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

/** The level of the noise, in 8-bit units (estimated where not said), and how much of it to take away. */
export type DenoiseOptions = z.output<typeof options>;

/** The noise of a photo, as it was said or found. */
export interface DenoiseFacts {
  /** The level that the network is told, in 0..1 units; 0 leaves the picture as it is. */
  sigma: number;
  /** What the picture itself says, in 0..1 units, before strength; or what the user says. */
  noise: number;
  estimated: boolean;
  /** How the noise depends on brightness, before strength, where it does. */
  curve?: NoiseCurve;
}

/** What is told beside a denoised photo: levels in 8-bit units. */
export interface DenoiseReport {
  /** What the network was told, strength included. */
  sigma: number;
  noise: number;
  noiseEstimated: boolean;
  /** Where the noise depends on brightness. */
  noiseInBlack?: number;
  noiseInWhite?: number;
}

/** The highest level the models are trained for, in 8-bit units. */
const MAX_SIGMA = 75;
/** An estimate below this, in 8-bit units, is taken for a clean photo: no one sees it, and fine texture looks like it. */
const CLEAN_SIGMA = 0.5;

/**
 * Takes noise out of photos. The level is measured in the picture or given; the network is told it as a map, the input
 * `sigma` in 0..1 units beside `image`, and answers with `clean`. The map is of one level, or where the noise that was
 * measured depends on brightness, of the level at each pixel's brightness.
 *
 * A grey model works on colour photos channel by channel, a colour model on grey ones.
 */
export const denoise: Task<DenoiseOptions, DenoiseFacts, Raster, DenoiseReport> = {
  name: 'denoise',
  summary: 'Take noise out of photos',
  examples: [
    ['denoise photos -o clean', 'A folder with all that is below it; the noise is estimated in each photo'],
    ['denoise IMG_0042.tif -o clean --sigma 12', 'Noise of known level'],
    ['denoise - -o - < noisy.png > clean.png', 'A pipe'],
  ],
  options,
  answer: picture,

  model: (_, raster, quality) => denoiserFor(raster, quality),

  async measure(raster, { sigma, strength }, _, { signal }) {
    const estimated = sigma === undefined;
    const { sigma: noise, curve } = estimated ? await estimatedNoise(raster, signal) : { sigma: sigma / 255 };
    const isClean = estimated && noise < CLEAN_SIGMA / 255;
    return {
      sigma: isClean ? 0 : Math.min(noise * strength, MAX_SIGMA / 255),
      noise,
      estimated,
      ...(curve && { curve }),
    };
  },

  hold: (facts) => facts.toSorted((a, b) => a.noise - b.noise)[facts.length >> 1],

  overTime: async () => (await import('./overTime.js')).denoiseOverTime,

  plan: (facts, card) => (facts.sigma === 0 ? undefined : denoisePlan(facts, card)),

  report: ({ sigma, noise, estimated, curve }) => ({
    sigma: in8Bit(sigma),
    noise: in8Bit(noise),
    noiseEstimated: estimated,
    ...(curve && { noiseInBlack: deviationAt(curve, 0), noiseInWhite: deviationAt(curve, 1) }),
  }),
};

/**
 * How a picture is denoised.
 *
 * @param left `[h, w, 1]`, of the picture's size: the share of the noise, 0..1, that is left where some was averaged away before
 */
export function denoisePlan(facts: DenoiseFacts, card: ModelCard, left?: Pixels): TiledPlan {
  const reach = facts.curve ? GUIDE_RADIUS : 0;
  if (!left) return { kind: 'tiled', reach, window: denoiseWindow(card, (window) => levelsOf(window, facts)) };
  return {
    kind: 'tiled',
    reach,
    beside: left,
    window(window, run) {
      const [height, width, planes] = window.shape;
      const share = windowOf({ pixels: window.lo(0, 0, planes - 1) }, { y: 0, x: 0, height, width }).data;
      const own = windowOf({ pixels: window.hi(height, width, planes - 1) }, { y: 0, x: 0, height, width });
      return denoiseWindow(card, () => levelsOf(own, facts).map((level, i) => level * share[i]))(own, run);
    },
  };
}

/**
 * One run of a denoiser: a window and the level of noise at each of its pixels, `[h * w]` in 0..1 units, to the clean window.
 */
export function denoiseWindow(card: ModelCard, levels: (window: Pixels) => Float32Array) {
  return feedForward(
    (window) => {
      const image = toTensor(window, card);
      const [batch, , height, width] = image.dims;
      const own = levels(window);
      const data = new Float32Array(batch * height * width);
      for (let plane = 0; plane < batch; plane++) data.set(own, plane * own.length);
      const sigma: Tensor = { data, dims: [batch, 1, height, width] };
      return { image, sigma };
    },
    (outputs, window) => toPixels(pictureOf(outputs, 'clean', window, card), window.shape[2], card),
  );
}

/** The level that the network is told at each pixel, strength included. */
function levelsOf(window: Pixels, { sigma, noise, curve }: DenoiseFacts): Float32Array {
  const [height, width] = window.shape;
  if (curve === undefined) return new Float32Array(height * width).fill(sigma);
  return noiseMap(window, curve).map((level) => Math.min((level * sigma) / noise, MAX_SIGMA / 255));
}

/** Loaded when it is needed: `--help` of the command is made from this file. */
async function estimatedNoise(raster: Raster, signal?: AbortSignal): Promise<Pick<NoiseLevel, 'sigma' | 'curve'>> {
  const { noiseInSteps } = await import('./noiseLevel.js');
  return inTurns(noiseInSteps(raster), signal);
}

const deviationAt = (curve: NoiseCurve, brightness: number) => in8Bit(Math.sqrt(varianceAt(curve, brightness)));
