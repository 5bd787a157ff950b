import * as z from 'zod';
import { picture } from '../../answers/picture.js';
import type { Raster } from '../../images/raster.js';
import { in8Bit } from '../in8Bit.js';
import type { Task } from '../task.js';
import { denoisePlan } from './denoisePlan.js';
import { denoiserFor } from './denoiserFor.js';
import { type DenoiseFacts, type DenoiseReport, MAX_SIGMA } from './facts.js';
import { type FoundNoise, findNoise, isJpeg } from './findNoise.js';
import { type NoiseCurve, varianceAt } from './noiseCurve.js';
import { noiseWords } from './noiseWords.js';

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
  chroma: z
    .number()
    .min(0)
    .max(2)
    .default(1)
    .describe('The same for coloured noise alone: 0 leaves colours as they are, 2 takes away twice what was found'),
  grain: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe('How much of the finest texture is given back, 0..1: film-like grain'),
});

/** The level of the noise, in 8-bit units (estimated where not said), and how much of it to take away. */
export type DenoiseOptions = z.output<typeof options>;

/** An estimate below this, in 8-bit units, is taken for a clean photo: no one sees it, and fine texture looks like it. */
const CLEAN_SIGMA = 0.5;

/** The network that knows noise as cameras and files leave it. */
const CAMERA = 'denoise-camera';

/**
 * Takes noise out of photos. The level is measured in the picture or given; the network is told it as maps in 0..1 units beside `image`,
 * and answers with `clean`. It is given what it asks for of
 *
 * - `sigma`, the level of white noise at each pixel,
 * - `noise`, the deviation in luma and in chroma at each pixel, for networks that know noise as cameras and files leave it.
 *
 * A grey model works on colour photos channel by channel, a colour model on grey ones.
 */
export const denoise: Task<DenoiseOptions, DenoiseFacts, Raster, DenoiseReport> = {
  name: 'denoise',
  summary: 'Take noise out of photos',
  examples: [
    ['denoise photos -o clean', 'A folder with all that is below it; the noise is estimated in each photo'],
    ['denoise IMG_0042.tif -o clean --sigma 12', 'Noise of known level'],
    ['denoise photos -o clean --strength 0.8 --grain 0.3', 'Gently, and with some of the finest grain kept'],
    ['denoise - -o - < noisy.png > clean.png', 'A pipe'],
  ],
  options,
  variants: { option: 'strength', values: [0.5, 1, 1.5] },
  answer: picture,

  model(asked, raster, quality, facts) {
    const white = denoiserFor(raster, quality);
    const isWhite = facts?.isWhite ?? (asked.sigma !== undefined && !isJpeg(raster));
    // A smaller network than `camera` is told the same levels, and knows white noise alone.
    return (isWhite && asked.chroma === 1) || quality === 'fast' ? white : CAMERA;
  },

  async measure(raster, { sigma: said, ...asked }, _, about) {
    const own: FoundNoise =
      said === undefined ? await findNoise(raster, about) : { noise: said / 255, isWhite: !isJpeg(raster) };
    const isClean = said === undefined && own.noise < CLEAN_SIGMA / 255;
    return {
      ...asked,
      ...own,
      sigma: isClean ? 0 : Math.min(own.noise * (own.share ?? 1) * asked.strength, MAX_SIGMA / 255),
      estimated: said === undefined,
    };
  },

  hold(facts) {
    const middle = facts.toSorted((a, b) => a.noise - b.noise)[facts.length >> 1];
    const kind = facts.filter(({ isWhite }) => isWhite).length * 2 > facts.length;
    const all = facts.map(({ found }) => found).filter((found) => found !== undefined);
    if (all.length === 0) return middle;
    const found = {
      luma: median(all.map(({ luma }) => luma)),
      chroma: median(all.map(({ chroma }) => chroma)),
      shadows: median(all.map(({ shadows }) => shadows)),
      lights: median(all.map(({ lights }) => lights)),
    };
    return { ...middle, found, isWhite: kind };
  },

  overTime: async () => (await import('./overTime.js')).denoiseOverTime,

  // A network that enlarges has to be asked in any case.
  plan: (facts, card) => (facts.sigma === 0 && (card.scale ?? 1) === 1 ? undefined : denoisePlan(facts, card)),

  report: ({ sigma, noise, estimated, isWhite, found, curve, photosites, jpegQuality }) => ({
    sigma: in8Bit(sigma),
    noise: in8Bit(noise),
    noiseEstimated: estimated,
    ...(found && {
      noiseKind: isWhite ? 'white' : 'camera',
      luma: in8Bit(found.luma),
      chroma: in8Bit(found.chroma),
      shadows: in8Bit(found.shadows),
      lights: in8Bit(found.lights),
    }),
    ...(!found && curve && { shadows: deviationAt(curve, 0), lights: deviationAt(curve, 1) }),
    ...(photosites && { photosites }),
    ...(jpegQuality !== undefined && { jpegQuality }),
  }),
  words: noiseWords,
};

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1];

const deviationAt = (curve: NoiseCurve, brightness: number) => in8Bit(Math.sqrt(varianceAt(curve, brightness)));
