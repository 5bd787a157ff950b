import ndarray from 'ndarray';
import type { Random } from '../core/random.js';
import type { Pixels } from '../images/raster.js';

/**
 * Sensor noise: its variance grows with brightness, `gain * v + read ** 2`: `gain` of 0.0025 gives white a deviation of 12.75 / 255,
 * `read` is the deviation in black. Neither rounded nor clipped.
 * Foi, Trimeche, Katkovnik, Egiazarian: Practical Poissonian-Gaussian noise modeling, IEEE TIP 2008; the Poisson part as a
 * normal of the same variance.
 *
 * @param clean `[h, w, c]`, 0..1
 * @returns the noisy pixels and the deviation at each, both of the size of `clean`
 */
export function brightnessNoise(
  clean: Pixels,
  { gain, read }: { gain: number; read: number },
  random: Random,
): { noisy: Pixels; sigma: Pixels } {
  const sigma = clean.data.map((v) => Math.sqrt(gain * Math.max(v, 0) + read * read));
  const noisy = random.fillNormal(new Float32Array(clean.size));
  for (let i = 0; i < noisy.length; i++) noisy[i] = clean.data[i] + sigma[i] * noisy[i];
  return { noisy: ndarray(noisy, clean.shape), sigma: ndarray(sigma, clean.shape) };
}
