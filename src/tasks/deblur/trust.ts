import { grey } from '../../images/grey.js';
import type { Raster } from '../../images/raster.js';
import { readWindow } from '../../images/readWindow.js';

import { type Fit, fitOf, LARGEST_PART } from './fit.js';
import type { Kernel } from './kernel.js';

/**
 * Standard deviation of a kernel's light, in pixels, at the least. What smears less is hardly to be told from a lens, and the result
 * is sharper than the scene: of 43 estimates over synthetic pictures, those below were worth -17 to +5.5 dB.
 */
const LEAST_SPREAD = 2;
/** Of the frequencies, where a part of the photo is to count: in plain walls and sky nothing can be told. */
const LEAST_TOLD = 0.1;
/**
 * How a kernel must fit the parts that count, each of them and in the mean. Photos of BSDS blurred by a kernel fit it by 0.64 to 0.94 in
 * the mean (12 of 14), and another kernel by at most 0.36. Of 43 estimates, those that did more than 0.4 dB of harm fitted by at most 0.62.
 */
const LEAST_LIKENESS = { each: 0.45, mean: 0.65 };
/**
 * Where no part tells more than this, a kernel may fit by chance and has to fit better. Of 12 photos of BSDS blurred by Levin's kernels each had a part
 * that told 0.45 and more, his own have 0.9; a real clock on a wall, shaken, had 0.25, fitted by 0.77, and got nothing but ghosts.
 */
const LITTLE_TOLD = { most: 0.35, mean: 0.85 };

/**
 * Why a photo had better not be sharpened by the kernel that was estimated from it, in words that follow "kernel not used: ";
 * undefined where the kernel is trusted.
 *
 * @param rest is waited for between steps of some tens of milliseconds
 */
export async function whyDoubted(
  raster: Raster,
  kernel: Kernel,
  rest: () => Promise<void>,
): Promise<string | undefined> {
  if (spreadOf(kernel) < LEAST_SPREAD) return 'the blur is too small to gain by';
  const fitOfPart = fitOf(kernel);
  const fits: Fit[] = [];
  for (const window of windowsOver(raster.pixels.shape)) {
    await rest();
    const { data, shape } = grey(readWindow(raster, window));
    fits.push(fitOfPart({ data, height: shape[0], width: shape[1] }));
  }
  const telling = fits.filter(({ told }) => told >= LEAST_TOLD);
  const likenesses = telling.map(({ likeness }) => likeness);
  const mean = likenesses.reduce((sum, likeness) => sum + likeness, 0) / likenesses.length;
  const tellsLittle = telling.every(({ told }) => told < LITTLE_TOLD.most);
  if (likenesses.length === 0 || (tellsLittle && mean < LITTLE_TOLD.mean))
    return 'there is too little detail to tell its blur by';
  if (mean >= LEAST_LIKENESS.mean && Math.min(...likenesses) >= LEAST_LIKENESS.each) return undefined;
  const fitsSomewhere = Math.max(...likenesses) >= LEAST_LIKENESS.mean;
  return fitsSomewhere ? 'the blur is not the same all over it' : 'no blur was found that explains it';
}

/** Root of the mean squared distance of a kernel's light from its centre of mass, in pixels. */
export function spreadOf(kernel: Kernel): number {
  const width = kernel.shape[1];
  const sum = (coordinate: (y: number, x: number) => number) =>
    kernel.data.reduce((total, weight, i) => total + weight * coordinate(Math.floor(i / width), i % width), 0);
  const [y, x] = [sum((row) => row), sum((_, column) => column)];
  return Math.sqrt(sum((row, column) => (row - y) ** 2 + (column - x) ** 2));
}

/** Parts of one size that cover a photo, as few as do. */
function windowsOver([height, width]: readonly number[]) {
  const starts = (length: number) => {
    const count = Math.ceil(length / LARGEST_PART);
    const last = length - Math.min(length, LARGEST_PART);
    return Array.from({ length: count }, (_, i) => Math.round((last * i) / Math.max(1, count - 1)));
  };
  const size = { height: Math.min(height, LARGEST_PART), width: Math.min(width, LARGEST_PART) };
  return starts(height).flatMap((y) => starts(width).map((x) => ({ y, x, ...size })));
}
