import { boxMean } from './boxMean.js';
import type { Pixels } from './raster.js';

export interface GuidedFitsOptions {
  /** Of the windows, in pixels of the map, to each side. @default 2 */
  radius?: number;
  /** Variance of the guide, 0..1 squared, below which a window counts as flat. @default 0.0025 */
  epsilon?: number;
}

/**
 * A map as linear functions of a picture's colours: each window is fitted by one, and each pixel has the mean of those of
 * the windows that it lies in.
 * He, Sun, Tang: Guided image filtering, PAMI 2013, equations 19 to 21.
 *
 * @param map `[h, w, c]`
 * @param guide the picture, `[h, w, k]`, k 1 or 3, 0..1
 * @returns `[h, w, c, k + 1]`: for each pixel and channel a factor a colour, and a constant
 */
export function guidedFits(
  map: Pixels,
  guide: Pixels,
  { radius = 2, epsilon = 0.0025 }: GuidedFitsOptions = {},
): Float32Array {
  const [height, width, channels] = map.shape;
  const colours = guide.shape[2];
  const size = height * width;
  const around = (values: Float32Array) => boxMean(values, { width, height, radius });
  const planes = plane(guide, size, colours);
  const colourMeans = planes.map(around);
  const inverses = inverseCovariances(planes, colourMeans, around, epsilon);

  const terms = colours + 1;
  const fits = new Float32Array(size * channels * terms);
  const product = new Float32Array(size);
  for (const [c, values] of plane(map, size, channels).entries()) {
    const valueMean = around(values);
    const covariances = planes.map((colour, k) => {
      for (let i = 0; i < size; i++) product[i] = colour[i] * values[i];
      const covariance = around(product);
      const colourMean = colourMeans[k];
      for (let i = 0; i < size; i++) covariance[i] -= colourMean[i] * valueMean[i];
      return covariance;
    });
    const constant = valueMean;
    for (let k = 0; k < colours; k++) {
      const factor = product.fill(0);
      for (const [l, covariance] of covariances.entries()) {
        const inverse = inverses[k * colours + l];
        for (let i = 0; i < size; i++) factor[i] += inverse[i] * covariance[i];
      }
      const colourMean = colourMeans[k];
      for (let i = 0; i < size; i++) constant[i] -= factor[i] * colourMean[i];
      place(around(factor), c * terms + k);
    }
    place(around(constant), c * terms + colours);
  }
  return fits;

  function place(values: Float32Array, offset: number): void {
    for (let i = 0, at = offset; i < size; i++, at += channels * terms) fits[at] = values[i];
  }
}

/** The channels of pixels, each by itself. */
function plane({ data }: Pixels, size: number, channels: number): Float32Array[] {
  return Array.from({ length: channels }, (_, c) => {
    const values = new Float32Array(size);
    for (let i = 0; i < size; i++) values[i] = data[i * channels + c];
    return values;
  });
}

/** Inverses of the colours' covariance in each window, made sure of by `epsilon`; entry by entry, each a plane. */
function inverseCovariances(
  planes: readonly Float32Array[],
  means: readonly Float32Array[],
  around: (values: Float32Array) => Float32Array,
  epsilon: number,
): Float32Array[] {
  const size = planes[0].length;
  const colours = planes.length;
  const product = new Float32Array(size);
  const covariance = (k: number, l: number) => {
    for (let i = 0; i < size; i++) product[i] = planes[k][i] * planes[l][i];
    const values = around(product);
    for (let i = 0; i < size; i++) values[i] += (k === l ? epsilon : 0) - means[k][i] * means[l][i];
    return values;
  };
  if (colours === 1) return [covariance(0, 0).map((variance) => 1 / variance)];
  const [a, b, c, d, e, f] = [[0, 0], [0, 1], [0, 2], [1, 1], [1, 2], [2, 2]].map(([k, l]) => covariance(k, l)); // biome-ignore format: a matrix
  const [A, B, C, D, E, F] = Array.from({ length: 6 }, () => new Float32Array(size));
  for (let i = 0; i < size; i++) {
    A[i] = d[i] * f[i] - e[i] * e[i];
    B[i] = c[i] * e[i] - b[i] * f[i];
    C[i] = b[i] * e[i] - c[i] * d[i];
    D[i] = a[i] * f[i] - c[i] * c[i];
    E[i] = b[i] * c[i] - a[i] * e[i];
    F[i] = a[i] * d[i] - b[i] * b[i];
    const determinant = a[i] * A[i] + b[i] * B[i] + c[i] * C[i];
    for (const entry of [A, B, C, D, E, F]) entry[i] /= determinant;
  }
  return [A, B, C, B, D, E, C, E, F];
}
