import ndarray from 'ndarray';
import type { Random } from '../core/random.js';
import type { Pixels } from '../images/raster.js';

/**
 * Adds independent normal noise, neither rounded nor clipped: a network must see the noise that it is told of.
 *
 * @param clean `[h, w, c]`, row by row without gaps
 * @param sigma deviation in units of the pixels (25 / 255), or a map `[h, w, 1]` of it
 */
export function gaussianNoise(clean: Pixels, sigma: number | Pixels, random: Random): Pixels {
  const channels = clean.shape[2];
  const noise = random.fillNormal(new Float32Array(clean.size), typeof sigma === 'number' ? sigma : 1);
  const { data } = clean;
  for (let i = 0; i < noise.length; i++) {
    const deviation = typeof sigma === 'number' ? 1 : sigma.data[Math.floor(i / channels)];
    noise[i] = data[i] + deviation * noise[i];
  }
  return ndarray(noise, clean.shape);
}
