import ndarray from 'ndarray';
import type { Pixels } from '../../images/raster.js';
import { resizeBilinear } from '../../images/resizeBilinear.js';
import { edgeThreshold, gradients, strongGradients } from './gradients.js';
import { type Kernel, kernelOf } from './kernel.js';
import { kernelOfGradients } from './kernelOfGradients.js';
import type { Plane } from './plane.js';
import { sharpEdges } from './sharpEdges.js';
import { centred, withoutSpecks } from './tidyKernel.js';

/** From one level of the pyramid to the next finer one. */
const ZOOM = Math.SQRT2;
/** Side of the kernel at the coarsest level, at the most. */
const COARSEST = 5;
/** Rounds of picture and kernel a level. */
const ROUNDS = 5;
/**
 * What an edge costs at first, and at the least; each round makes it cheaper. The first is twice that of Pan et al.: with theirs
 * the estimate takes texture for edges in three of Levin's 32 photos, and comes out as a blot.
 */
const PRICE = { first: 8e-3, least: 1e-4 };
/** By how much each round admits cheaper edges and weaker gradients. */
const EASING = 1.1;
/** Of the finished kernel's taps, those below this share of the largest are noise. */
const LEAST_TAP = 0.05;

/**
 * Finds the kernel that a picture was blurred with, from coarse to fine. Two steps alternate: a sharp picture of few edges that the current
 * kernel explains, and the kernel that turns its strong gradients into the blurred ones. Xu, Zheng, Jia, CVPR 2013; Pan, Hu, Su, Yang:
 * Deblurring text images via L0-regularized intensity and gradient prior, CVPR 2014, without its term on intensity, which is for text.
 * Differs: the kernel moves by whole pixels to its centre of mass.
 *
 * @param blurred `[h, w, 1]`, 0..1, one blur for all of it
 * @param side of the kernel, odd: at least that of the blur
 * @param rest is waited for between steps of some milliseconds: a place to let others work, or to stop by throwing
 */
export async function estimateKernel(blurred: Pixels, side: number, rest: () => Promise<void>): Promise<Kernel> {
  let kernel: Kernel | undefined;
  let price = PRICE.first;
  const finest = edgeThreshold(gradients(planeOf(blurred)), side);
  for (const scale of scales(side)) {
    const levelSide = odd(side / scale);
    const [height, width] = blurred.shape.map((length) => Math.max(8, Math.round(length / scale)));
    const plane = planeOf(scale === 1 ? blurred : resizeBilinear(blurred, height, width));
    const blurredGradients = gradients(plane);
    kernel = kernel === undefined ? twoTaps(levelSide) : enlarged(kernel, levelSide);
    let threshold = finest;
    for (let round = 0; round < ROUNDS; round++) {
      const sharp = gradients(await sharpEdges(plane, kernel, price, rest));
      const strongest = sharp.x.data.reduce((most, gx, i) => Math.max(most, Math.hypot(gx, sharp.y.data[i])), 0);
      kernel = withoutSpecks(
        kernelOfGradients(strongGradients(sharp, Math.min(threshold, strongest / 2)), blurredGradients, levelSide),
      );
      price = Math.max(price / EASING, PRICE.least);
      threshold /= EASING;
    }
    kernel = centred(kernel);
  }
  const { data } = kernel!;
  const largest = data.reduce((a, b) => Math.max(a, b), 0);
  return centred(
    kernelOf(
      data.map((weight) => (weight < LEAST_TAP * largest ? 0 : weight)),
      side,
      side,
    ),
  );
}

/** By how much each level is smaller than the picture, the coarsest first. */
function scales(side: number): number[] {
  const levels = Math.max(0, Math.ceil(Math.log(side / COARSEST) / Math.log(ZOOM)));
  return Array.from({ length: levels + 1 }, (_, i) => ZOOM ** (levels - i));
}

const odd = (length: number): number => 2 * Math.floor(Math.ceil(length) / 2) + 1;

/** The first guess: light on two neighbours, as one alone would leave the picture as it is and never change. */
function twoTaps(side: number): Kernel {
  const weights = new Float32Array(side * side);
  const middle = (side * side - 1) / 2;
  weights[middle - 1] = weights[middle] = 1;
  return kernelOf(weights, side, side);
}

function enlarged(kernel: Kernel, side: number): Kernel {
  const [own] = kernel.shape;
  const pixels = ndarray(kernel.data, [own, own, 1]);
  return kernelOf(resizeBilinear(pixels, side, side).data, side, side);
}

/** The pixels are dense, `[h, w, 1]`. */
function planeOf({ data, shape: [height, width] }: Pixels): Plane {
  return { data, height, width };
}
