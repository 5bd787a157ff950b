import type { Spectrum } from './fourier.js';

/** The product of two spectra, a b; with `conjugate`, conj(a) b: the spectrum of the correlation. */
export function product(a: Spectrum, b: Spectrum, { conjugate = false } = {}): Spectrum {
  const sign = conjugate ? -1 : 1;
  const result = new Float32Array(a.length);
  for (let i = 0; i < a.length; i += 2) {
    const im = sign * a[i + 1];
    result[i] = a[i] * b[i] - im * b[i + 1];
    result[i + 1] = a[i] * b[i + 1] + im * b[i];
  }
  return result;
}

/** |a|^2 of each frequency. */
export function power(a: Spectrum): Float32Array {
  return Float32Array.from({ length: a.length / 2 }, (_, i) => a[2 * i] ** 2 + a[2 * i + 1] ** 2);
}
