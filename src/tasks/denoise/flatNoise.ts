import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { MIN_PATCHES, SAMPLES, SIDE } from './patchSize.js';

/** Eigenvalues taken for noise: one alone is biased to the low side, many take texture for noise. */
const NOISE_EIGENVALUES = 3;
/**
 * The smallest eigenvalues of a sample lie below the variance by about this times sqrt(samples a patch / patches); less
 * than the 1.7 of the semicircle law, as the texture that is left raises them.
 */
const SHRINKAGE = 1;
/**
 * A patch of nothing but noise of variance 1 has less gradient energy than this in all but one of a million cases. From
 * the gamma distribution that fits the mean and variance of the energy: Liu et al., equation 12.
 */
const FLAT_ENERGY = 90.2;
/** Patches are sorted by gradient energy into this many groups, so that the weakest textures are a run of groups. */
const GROUPS = 64;

export interface FlatNoise {
  /** Of the noise, in the units of the patches squared. */
  variance: number;
  /** Which patches show no more than noise. */
  flat: number[];
  /** Unit vectors in which those vary least: what a patch has along them is noise. */
  directions: Float64Array[];
}

/**
 * The noise of those patches that have no more gradient energy than it explains: the variance along the directions in which
 * they vary least. The two wait for each other, so they take turns until they agree.
 *
 * @param patches at least one
 */
export function flatNoise(patches: readonly Float32Array[]): FlatNoise {
  const energies = patches.map(gradientEnergy);
  const order = Array.from(patches.keys()).sort((a, b) => energies[a] - energies[b]);
  const groups = groupMoments(order.map((i) => patches[i]));
  const energyOf = (count: number) => energies[order[Math.min(count, order.length) - 1]];

  const floor = groups.findIndex(({ end }) => end >= Math.min(MIN_PATCHES, patches.length));
  let selected = groups.length - 1;
  // The threshold only ever falls, so that this ends: a smaller variance selects fewer and flatter patches.
  for (;;) {
    const { variance, directions } = leastVaried(groups[selected]);
    let next = selected;
    while (next > floor && energyOf(groups[next].end) > FLAT_ENERGY * variance) next--;
    if (next === selected) return { variance, directions, flat: order.slice(0, groups[selected].end) };
    selected = next;
  }
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

/** The directions in which the patches vary least, and the variance along them. */
function leastVaried({ end, sum, products }: Moments): Pick<FlatNoise, 'variance' | 'directions'> {
  const covariance = new Matrix(SAMPLES, SAMPLES);
  for (let i = 0, k = 0; i < SAMPLES; i++) {
    for (let j = 0; j <= i; j++, k++) {
      const value = products[k] / end - (sum[i] / end) * (sum[j] / end);
      covariance.set(i, j, value);
      covariance.set(j, i, value);
    }
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true });
  const smallest = Array.from(realEigenvalues.keys())
    .sort((a, b) => realEigenvalues[a] - realEigenvalues[b])
    .slice(0, NOISE_EIGENVALUES);
  const mean = smallest.reduce((total, i) => total + realEigenvalues[i], 0) / NOISE_EIGENVALUES;
  return {
    variance: Math.max(0, mean) / Math.max(0.5, 1 - SHRINKAGE * Math.sqrt(SAMPLES / end)),
    directions: smallest.map((i) => Float64Array.from(eigenvectorMatrix.getColumn(i))),
  };
}
