import ndarray from 'ndarray';
import type { Random } from '../core/random.js';
import type { Pixels } from '../images/raster.js';
import { gaussianFilter } from './gaussianFilter.js';

/** Specks of two sizes: deviation of a speck in pixels, and the pixels of picture there are to one speck. */
const SPECKS = [
  { sigma: 1.2, area: 110 },
  { sigma: 3, area: 1200 },
];
/** A dull brownish grey. */
const COLOUR = [0.42, 0.4, 0.36];

/**
 * Dirt on the glass before the lens: soft specks of opacity p and of a dull colour D over the picture, p D + (1 - p) I.
 * Eigen, Krishnan, Fergus: Restoring an image taken through a window covered with dirt or rain, ICCV 2013. The
 * paper photographed specks and their colour; here both are drawn.
 *
 * @param clean `[h, w, 3]`, 0..1
 * @returns the dirty picture, not clipped
 */
export function dirt(clean: Pixels, random: Random): Pixels {
  const [height, width, channels] = clean.shape;
  const opacity = new Float32Array(height * width);
  for (const { sigma, area } of SPECKS) {
    const specks = new Float32Array(height * width);
    for (let n = Math.floor((height * width) / area); n > 0; n--) {
      specks[random.integer(specks.length)] = random.uniform(0.3, 1);
    }
    const soft = gaussianFilter(ndarray(specks, [height, width, 1]), sigma).data;
    for (let i = 0; i < opacity.length; i++) {
      opacity[i] = Math.max(opacity[i], Math.min(5 * sigma * sigma * soft[i], 1));
    }
  }
  const brightness = random.uniform(0.6, 1.3);
  const blotches = gaussianFilter(ndarray(random.fillNormal(new Float32Array(clean.size), 0.2), clean.shape), 4).data;
  const dirty = clean.data.map((v, i) => {
    const p = opacity[Math.floor(i / channels)];
    return p * (COLOUR[i % channels] * brightness + blotches[i]) + (1 - p) * v;
  });
  return ndarray(dirty, clean.shape);
}
