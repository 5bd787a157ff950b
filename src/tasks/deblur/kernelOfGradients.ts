import { fourier, fourierSide, type Spectrum } from '../../core/maths/fourier.js';
import { product } from '../../core/maths/spectra.js';
import type { Gradients } from './gradients.js';
import { type Kernel, kernelOf } from './kernel.js';
import { type Plane, placed } from './plane.js';

/** Weight of the squared kernel. */
const SMOOTHNESS = 2;
/** Steps of the conjugate gradients. */
const STEPS = 20;
/** Taps below this share of the largest are noise. */
const LEAST_TAP = 0.05;

/**
 * The kernel `[side, side]` that best turns the sharp gradients into the blurred ones: least squares, by conjugate gradients on the normal
 * equations. Their matrix is the autocorrelation of the sharp gradients. Cho, Lee: Fast motion deblurring, SIGGRAPH Asia 2009, section 4.3.
 */
export function kernelOfGradients(sharp: Gradients, blurred: Gradients, side: number): Kernel {
  const { height, width } = sharp.x;
  const transform = fourier(fourierSide(height + side), fourierSide(width + side));
  const spectrum = (plane: Plane) => transform.forward(placed(plane, transform));
  const [sharpX, sharpY, blurredX, blurredY] = [sharp.x, sharp.y, blurred.x, blurred.y].map(spectrum);
  const correlation = (x: Spectrum, y: Spectrum) => {
    const [ofX, ofY] = [product(sharpX, x, { conjugate: true }), product(sharpY, y, { conjugate: true })];
    return transform.inverse(ofX.map((value, i) => value + ofY[i]));
  };
  const radius = (side - 1) / 2;
  const target = around(correlation(blurredX, blurredY), radius, transform);
  const own = around(correlation(sharpX, sharpY), 2 * radius, transform);

  const weights = conjugateGradients((kernel) => correlated(kernel, own, side), target);
  const largest = weights.reduce((a, b) => Math.max(a, b), 0);
  return kernelOf(
    weights.map((weight) => (weight < LEAST_TAP * largest ? 0 : weight)),
    side,
    side,
  );
}

/** The square around the origin of a plane that goes round, `radius` pixels to each side. */
function around(plane: Float32Array, radius: number, { height, width }: Omit<Plane, 'data'>): Float64Array {
  const side = 2 * radius + 1;
  return Float64Array.from({ length: side * side }, (_, i) => {
    const [y, x] = [Math.floor(i / side) - radius, (i % side) - radius];
    return plane[((y + height) % height) * width + ((x + width) % width)];
  });
}

/** The normal equations' matrix times a kernel. */
function correlated(kernel: Float64Array, own: Float64Array, side: number): Float64Array {
  const ownSide = 2 * side - 1;
  const result = new Float64Array(kernel.length);
  for (let y = 0, i = 0; y < side; y++) {
    for (let x = 0; x < side; x++, i++) {
      let sum = SMOOTHNESS * kernel[i];
      for (let ky = 0, k = 0; ky < side; ky++) {
        const row = (y - ky + side - 1) * ownSide + x + side - 1;
        for (let kx = 0; kx < side; kx++, k++) sum += own[row - kx] * kernel[k];
      }
      result[i] = sum;
    }
  }
  return result;
}

/** Solves matrix x = target, the matrix symmetric and positive, from a flat start. */
function conjugateGradients(matrix: (x: Float64Array) => Float64Array, target: Float64Array): Float64Array {
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
  const x = new Float64Array(target.length).fill(1 / target.length);
  const start = matrix(x);
  const residual = target.map((value, i) => value - start[i]);
  let direction = residual.slice();
  let before = dot(residual, residual);
  for (let step = 0; step < STEPS && before > 0; step++) {
    const image = matrix(direction);
    const length = before / dot(direction, image);
    for (let i = 0; i < x.length; i++) {
      x[i] += length * direction[i];
      residual[i] -= length * image[i];
    }
    const now = dot(residual, residual);
    direction = direction.map((value, i) => residual[i] + (now / before) * value);
    before = now;
  }
  return x;
}
