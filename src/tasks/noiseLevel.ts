import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { NdArray } from 'ndarray';
import type { Raster, Samples } from '../images/raster.js';

export interface NoiseLevel {
  /** Standard deviation of the noise a channel, in 0..1 units of the picture. */
  channels: number[];
  /** The one level of the picture: the root of the mean variance of its channels. */
  sigma: number;
}

/** Side of a patch. */
const SIDE = 7;
const SAMPLES = SIDE * SIDE;
/** Patches looked at, all channels together: more hardly sharpens the estimate, and takes longer. */
const MAX_PATCHES = 40_000;
/** Fewer patches than this do not tell the noise's eigenvalues apart from chance. */
const MIN_PATCHES = 20 * SAMPLES;
/** Eigenvalues taken for noise: one alone is biased to the low side, many take texture for noise. */
const NOISE_EIGENVALUES = 3;
/**
 * The smallest eigenvalues of a sample lie below the variance by about this times sqrt(samples a patch / patches); less
 * than the 1.7 of the semicircle law, as the texture that is left raises them.
 */
const SHRINKAGE = 1;
/** A patch may touch the darkest or brightest value this many times. */
const MAX_EXTREMES = 4;
/**
 * A patch of nothing but noise of variance 1 has less gradient energy than this in all but one of a million cases. From
 * the gamma distribution that fits the mean and variance of the energy: Liu et al., equation 12.
 */
const FLAT_ENERGY = 90.2;
/** Patches are sorted by gradient energy into this many groups, so that the weakest textures are a run of groups. */
const GROUPS = 64;

/**
 * Estimates the level of white noise in a picture, in itself: the variance along the directions in which patches vary
 * least, over those patches that have no more gradient energy than the noise explains. The two wait for each other, so
 * they take turns until they agree.
 *
 * Liu, Tanaka, Okutomi: Single-image noise level estimation for blind denoising, IEEE TIP 2013. Differs: the mean of the
 * three smallest eigenvalues instead of the smallest; never fewer than 980 patches, so that a picture full of texture is
 * not judged by a handful; patches that often touch the darkest or brightest value are left out, where noise is cut off; the
 * rounding to 8 or 16 bits is not counted as noise.
 *
 * Deterministic. Large pictures are sampled on a grid. Noise that was smoothed by a camera or by JPEG is
 * underestimated, as it is then not white. Pictures of fewer than 980 patches (37x37) are judged by the least textured
 * they have, and those smaller than a patch count as clean.
 */
export function estimateNoise({ pixels }: Pick<Raster, 'pixels'>): NoiseLevel {
  const step = { uint8: 1 / 255, uint16: 1 / 65535 }[pixels.dtype as string];
  const scale = step ?? 1;
  const rounding = step === undefined ? 0 : step ** 2 / 12;
  const variances = Array.from({ length: pixels.shape[2] }, (_, c) =>
    Math.max(0, planeVariance(pixels.pick(null, null, c), scale, MAX_PATCHES / pixels.shape[2]) - rounding),
  );
  return {
    channels: variances.map(Math.sqrt),
    sigma: Math.sqrt(variances.reduce((sum, variance) => sum + variance, 0) / variances.length),
  };
}

/** Variance of the noise in one plane `[h, w]`, whose samples are multiplied by `scale` first. */
function planeVariance(plane: NdArray<Samples>, scale: number, maxPatches: number): number {
  const patches = withoutExtremes(samplePatches(plane, scale, maxPatches));
  if (patches.length === 0) return 0;
  const energies = patches.map(gradientEnergy);
  const order = Array.from(patches.keys()).sort((a, b) => energies[a] - energies[b]);
  const groups = groupMoments(order.map((i) => patches[i]));
  const energyOf = (count: number) => energies[order[Math.min(count, order.length) - 1]];

  const floor = groups.findIndex(({ end }) => end >= Math.min(MIN_PATCHES, patches.length));
  let selected = groups.length - 1;
  // The threshold only ever falls, so that this ends: a smaller variance selects fewer and flatter patches.
  for (;;) {
    const variance = smallVariance(groups[selected]);
    let next = selected;
    while (next > floor && energyOf(groups[next].end) > FLAT_ENERGY * variance) next--;
    if (next === selected) return variance;
    selected = next;
  }
}

/** Patches on a regular grid, each row-major. */
function samplePatches(
  { data, shape, stride, offset }: NdArray<Samples>,
  scale: number,
  maxPatches: number,
): Float32Array[] {
  const [height, width] = shape;
  const positions = Math.max(0, height - SIDE + 1) * Math.max(0, width - SIDE + 1);
  const step = Math.max(1, Math.ceil(Math.sqrt(positions / maxPatches)));
  const patches: Float32Array[] = [];
  for (let y = 0; y + SIDE <= height; y += step) {
    for (let x = 0; x + SIDE <= width; x += step) {
      const patch = new Float32Array(SAMPLES);
      for (let dy = 0, i = 0; dy < SIDE; dy++) {
        const row = offset + (y + dy) * stride[0] + x * stride[1];
        for (let dx = 0; dx < SIDE; dx++) patch[i++] = data[row + dx * stride[1]] * scale;
      }
      patches.push(patch);
    }
  }
  return patches;
}

/** Leaves out what keeps touching black or white, where noise is cut off; unless too little would be left. */
function withoutExtremes(patches: Float32Array[]): Float32Array[] {
  let darkest = Number.POSITIVE_INFINITY;
  let brightest = Number.NEGATIVE_INFINITY;
  for (const patch of patches) {
    for (const value of patch) {
      if (value < darkest) darkest = value;
      if (value > brightest) brightest = value;
    }
  }
  const inside = patches.filter((patch) => {
    let extremes = 0;
    for (const value of patch) if (value === darkest || value === brightest) extremes++;
    return extremes <= MAX_EXTREMES;
  });
  return inside.length >= MIN_PATCHES ? inside : patches;
}

/** Sum of the squared central differences inside the patch, along both axes. */
function gradientEnergy(patch: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < SAMPLES; i++) {
    if (i % SIDE < SIDE - 2) sum += (patch[i + 2] - patch[i]) ** 2;
    if (i < SAMPLES - 2 * SIDE) sum += (patch[i + 2 * SIDE] - patch[i]) ** 2;
  }
  return sum / 4;
}

/** Of all patches up to a group's end: how many, their sum, and the sum of their outer products (lower triangle). */
interface Moments {
  end: number;
  sum: Float64Array;
  products: Float64Array;
}

/** Running moments after each group of patches, so that any run from the first costs nothing more. */
function groupMoments(patches: Float32Array[]): Moments[] {
  const sum = new Float64Array(SAMPLES);
  const products = new Float64Array((SAMPLES * (SAMPLES + 1)) / 2);
  const groups: Moments[] = [];
  for (let group = 0, done = 0; group < GROUPS; group++) {
    const end = Math.round(((group + 1) * patches.length) / GROUPS);
    for (; done < end; done++) {
      const patch = patches[done];
      for (let i = 0, k = 0; i < SAMPLES; i++) {
        const value = patch[i];
        sum[i] += value;
        for (let j = 0; j <= i; j++) products[k++] += value * patch[j];
      }
    }
    groups.push({ end, sum: sum.slice(), products: products.slice() });
  }
  return groups;
}

/** Variance along the directions in which the patches vary least. */
function smallVariance({ end, sum, products }: Moments): number {
  const covariance = new Matrix(SAMPLES, SAMPLES);
  for (let i = 0, k = 0; i < SAMPLES; i++) {
    for (let j = 0; j <= i; j++, k++) {
      const value = products[k] / end - (sum[i] / end) * (sum[j] / end);
      covariance.set(i, j, value);
      covariance.set(j, i, value);
    }
  }
  const { realEigenvalues } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true });
  const smallest = realEigenvalues.sort((a, b) => a - b).slice(0, NOISE_EIGENVALUES);
  const mean = smallest.reduce((total, value) => total + value, 0) / NOISE_EIGENVALUES;
  return Math.max(0, mean) / Math.max(0.5, 1 - SHRINKAGE * Math.sqrt(SAMPLES / end));
}
