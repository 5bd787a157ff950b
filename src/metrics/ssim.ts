import { PerpixelError } from '../core/errors.js';
import type { Pixels } from '../images/raster.js';

const RADIUS = 5;
const SIGMA = 1.5;
const C1 = 0.01 ** 2;
const C2 = 0.03 ** 2;

/**
 * Structural similarity with an 11x11 Gaussian window of sigma 1.5, of pictures `[h, w, c]` in 0..1: the mean over the
 * pixels whose whole window lies inside the picture, then over the channels. Variances are the plain weighted ones.
 * Wang, Bovik, Sheikh, Simoncelli: Image quality assessment, IEEE TIP 2004.
 *
 * @throws E_SIZE where the picture is smaller than the window.
 */
export function ssim(a: Pixels, b: Pixels): number {
  const [height, width, channels] = a.shape;
  if (Math.min(height, width) <= 2 * RADIUS) {
    throw new PerpixelError({
      code: 'E_SIZE',
      received: `${width} x ${height} pixels to compare`,
      expected: `at least ${2 * RADIUS + 1} x ${2 * RADIUS + 1}, the window of SSIM`,
      cure: 'Compare larger pictures, or crop less.',
    });
  }
  let sum = 0;
  for (let c = 0; c < channels; c++) sum += planeSsim(a.pick(null, null, c), b.pick(null, null, c));
  return sum / channels;
}

function planeSsim(a: Pixels, b: Pixels): number {
  const meanA = windowMeans(a.shape, (y, x) => a.get(y, x));
  const meanB = windowMeans(a.shape, (y, x) => b.get(y, x));
  const meanAA = windowMeans(a.shape, (y, x) => a.get(y, x) ** 2);
  const meanBB = windowMeans(a.shape, (y, x) => b.get(y, x) ** 2);
  const meanAB = windowMeans(a.shape, (y, x) => a.get(y, x) * b.get(y, x));
  let sum = 0;
  for (let i = 0; i < meanA.length; i++) {
    const [ma, mb] = [meanA[i], meanB[i]];
    const variances = meanAA[i] - ma * ma + (meanBB[i] - mb * mb);
    const covariance = meanAB[i] - ma * mb;
    sum += ((2 * ma * mb + C1) * (2 * covariance + C2)) / ((ma * ma + mb * mb + C1) * (variances + C2));
  }
  return sum / meanA.length;
}

/** Gaussian means over the windows that lie inside, `[(h - 10) * (w - 10)]`: along the rows, then along the columns. */
function windowMeans([height, width]: number[], value: (y: number, x: number) => number): Float64Array {
  const innerWidth = width - 2 * RADIUS;
  const innerHeight = height - 2 * RADIUS;
  const row = new Float64Array(width);
  const rows = new Float64Array(height * innerWidth);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) row[x] = value(y, x);
    for (let x = 0; x < innerWidth; x++) {
      let sum = 0;
      for (let k = 0; k < GAUSSIAN.length; k++) sum += GAUSSIAN[k] * row[x + k];
      rows[y * innerWidth + x] = sum;
    }
  }
  const means = new Float64Array(innerHeight * innerWidth);
  for (let i = 0; i < means.length; i++) {
    let sum = 0;
    for (let k = 0; k < GAUSSIAN.length; k++) sum += GAUSSIAN[k] * rows[i + k * innerWidth];
    means[i] = sum;
  }
  return means;
}

const GAUSSIAN = gaussian();

function gaussian(): Float64Array {
  const weights = Float64Array.from({ length: 2 * RADIUS + 1 }, (_, i) =>
    Math.exp(-((i - RADIUS) ** 2) / (2 * SIGMA ** 2)),
  );
  const sum = weights.reduce((total, weight) => total + weight);
  return weights.map((weight) => weight / sum);
}
