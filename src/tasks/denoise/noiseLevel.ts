import type { Steps } from '../../core/inTurns.js';
import { LUMA_601 } from '../../images/grey.js';
import type { Raster } from '../../images/raster.js';
import { flatNoise } from './flatNoise.js';
import { isNoiseFloor } from './isNoiseFloor.js';
import { meanOf } from './meanOf.js';
import { noiseByBrightness } from './noiseByBrightness.js';
import { type NoiseCurve, varianceAt } from './noiseCurve.js';
import { samplePatches } from './samplePatches.js';

/** The noise that was found in a picture. */
export interface NoiseLevel {
  /** Standard deviation of the noise a channel, in 0..1 units of the picture. */
  channels: number[];
  /** The one level of the picture: the root of the mean variance. */
  sigma: number;
  /** The noise by brightness, all channels alike; none where the one level explains it as well. */
  curve?: NoiseCurve;
}

/** Patches looked at, all channels together: of fewer, the flattest have more texture, which is taken for noise. */
const MAX_PATCHES = 40_000;
/** Of those, looked at for the line of noise over brightness, which needs fewer than the level. */
const MAX_CURVE_PATCHES = 10_000;
/**
 * Noise of the same level in red, green and blue, each by chance, has 0.67 of it in luma, which is most of what JPEG keeps. A
 * network that learnt white noise also has to be told more than what is left to take the blotches for noise.
 */
const LUMA_SHARE = Math.hypot(...LUMA_601);
/** JPEG took noise away if means of 2x2 pixels tell of so many times as much as the pixels do, and if it can be seen at all. */
const SMOOTHED = { factor: 2, least: 6 / 255 };

/**
 * Estimates the level of noise in a picture, in itself: the variance along the directions in which patches vary least, over
 * those patches that have no more gradient energy than the noise explains. Where that variance grows or falls with
 * brightness, as a camera's does, it says how.
 *
 * Liu, Tanaka, Okutomi: Single-image noise level estimation for blind denoising, IEEE TIP 2013. Differs: the mean of the three smallest
 * eigenvalues instead of the smallest. Never fewer than 980 patches, so that a picture full of texture is not judged by a handful. Patches
 * that often touch the darkest or brightest value, where noise is clipped, are left out. Rounding to 8 or 16 bits is not counted as noise.
 * The line of variance over brightness is that of Foi, Trimeche, Katkovnik, Egiazarian: Practical Poissonian-Gaussian noise modeling and
 * fitting for single-image raw-data, IEEE TIP 2008.
 *
 * The paper's noise is white. JPEG takes away its finest part, which is what patches of pixels show. So in a JPEG, patches of means of 2x2
 * pixels are measured as well. They count where they show more noise, up to what the quality can have taken away, and only where the
 * flattest patches are about equally flat: texture grows with size too. What a camera smoothed before is underestimated.
 *
 * Deterministic. Large pictures are sampled on a grid. Pictures of fewer than 980 patches (37x37) are judged by the least
 * textured they have, and those smaller than a patch count as clean.
 */
export function estimateNoise(raster: Pick<Raster, 'pixels'> & Partial<Raster>): NoiseLevel {
  const steps = noiseInSteps(raster);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** The same, to be done in turns: a second of work in all. */
export function* noiseInSteps({ pixels, metadata }: Pick<Raster, 'pixels'> & Partial<Raster>): Steps<NoiseLevel> {
  const fine = yield* levelOf(pixels, yield* planesOf(pixels, 1, 1), 1);
  const most = metadata?.format === 'jpeg' && metadata.quality ? noiseTakenBy(metadata.quality) : 0;
  const least = Math.max(SMOOTHED.factor * fine.sigma, SMOOTHED.least);
  if (most < least) return fine;
  const scale = 2 / LUMA_SHARE;
  const planes = yield* planesOf(pixels, 2, scale);
  if (!planes.some((patches) => isNoiseFloor(patches, scale))) return fine;
  const coarse = yield* levelOf(pixels, planes, scale);
  return coarse.sigma > least && coarse.sigma < most ? coarse : fine;
}

/** Step of the finest frequencies in the luma table of the JPEG standard, annex K, which is that of quality 50. */
const FINEST_STEP = 105 / 255;

/** The strongest noise whose finest frequencies JPEG of a quality rounds to 0: in luma a quarter of a step, as twice that is rare. */
const noiseTakenBy = (quality: number): number =>
  (FINEST_STEP / 4 / LUMA_SHARE) * (quality < 50 ? 50 / quality : 2 - quality / 50);

type Planes = Float32Array[][];

/**
 * Patches of each channel, in 0..1 times `scale`: white noise is as strong in means of cells as in pixels if that is `cell`.
 *
 * @param cell pixels each way whose mean is a sample
 */
function* planesOf(pixels: Raster['pixels'], cell: number, scale: number): Steps<Planes> {
  const [, , count] = pixels.shape;
  const options = { cell, scale: (quantumOf(pixels) ?? 1) * scale, maxPatches: MAX_PATCHES / count };
  const planes: Planes = [];
  for (let c = 0; c < count; c++) {
    planes.push(samplePatches(pixels.pick(null, null, c), options));
    yield;
  }
  return planes.filter((patches) => patches.length > 0);
}

/** @param scale of the planes */
function* levelOf(pixels: Raster['pixels'], planes: Planes, scale: number): Steps<NoiseLevel> {
  if (planes.length === 0) return { channels: new Array(pixels.shape[2]).fill(0), sigma: 0 };
  const rounding = (quantumOf(pixels) ?? 0) ** 2 / 12;
  const unrounded = (variance: number) => Math.max(0, variance - rounding);
  const levels: number[] = [];
  for (const patches of planes) {
    levels.push(flatNoise(patches).variance);
    yield;
  }
  const channels = levels.map((variance) => Math.sqrt(unrounded(variance)));
  const all = planes.flat();
  const step = Math.ceil(all.length / MAX_CURVE_PATCHES);
  const patches = all.filter((_, i) => i % step === 0);
  const curve = noiseByBrightness(patches, meanOf(levels));
  if (curve === undefined) return { channels, sigma: Math.sqrt(meanOf(levels.map(unrounded))) };
  const { offset, gain, least } = curve;
  return {
    channels,
    sigma: Math.sqrt(unrounded(meanOf(patches.map((patch) => varianceAt(curve, meanOf(patch)))))),
    curve: { offset: offset - rounding, gain: gain * scale, least: unrounded(least) },
  };
}

/** The step between two values, in 0..1; none of float samples. */
const quantumOf = ({ dtype }: Raster['pixels']): number | undefined =>
  ({ uint8: 1 / 255, uint16: 1 / 65535 })[dtype as string];
