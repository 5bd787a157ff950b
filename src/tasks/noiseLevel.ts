import type { Raster } from '../images/raster.js';
import { flatNoise } from './noise/flatNoise.js';
import { meanOf } from './noise/meanOf.js';
import { noiseByBrightness } from './noise/noiseByBrightness.js';
import { type NoiseCurve, varianceAt } from './noise/noiseCurve.js';
import { samplePatches } from './noise/samplePatches.js';

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
 * Estimates the level of white noise in a picture, in itself: the variance along the directions in which patches vary
 * least, over those patches that have no more gradient energy than the noise explains. Where that variance grows or falls
 * with brightness, as a camera's does, it says how.
 *
 * Liu, Tanaka, Okutomi: Single-image noise level estimation for blind denoising, IEEE TIP 2013. Differs: the mean of the
 * three smallest eigenvalues instead of the smallest; never fewer than 980 patches, so that a picture full of texture is
 * not judged by a handful; patches that often touch the darkest or brightest value are left out, where noise is cut off; the
 * rounding to 8 or 16 bits is not counted as noise. The line of variance over brightness is that of Foi, Trimeche,
 * Katkovnik, Egiazarian: Practical Poissonian-Gaussian noise modeling and fitting for single-image raw-data, IEEE TIP 2008.
 *
 * Deterministic. Large pictures are sampled on a grid. Noise that was smoothed by a camera or by JPEG is
 * underestimated, as it is then not white. Pictures of fewer than 980 patches (37x37) are judged by the least textured
 * they have, and those smaller than a patch count as clean.
 */
export function estimateNoise({ pixels }: Pick<Raster, 'pixels'>): NoiseLevel {
  const quantum = { uint8: 1 / 255, uint16: 1 / 65535 }[pixels.dtype as string];
  const rounding = quantum === undefined ? 0 : quantum ** 2 / 12;
  const planes = Array.from({ length: pixels.shape[2] }, (_, c) =>
    samplePatches(pixels.pick(null, null, c), quantum ?? 1, MAX_PATCHES / pixels.shape[2]),
  ).filter((patches) => patches.length > 0);
  if (planes.length === 0) return { channels: new Array(pixels.shape[2]).fill(0), sigma: 0 };
  const unrounded = (variance: number) => Math.max(0, variance - rounding);
  const levels = planes.map((patches) => flatNoise(patches).variance);
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
    curve: { offset: offset - rounding, gain, least: unrounded(least) },
  };
}
