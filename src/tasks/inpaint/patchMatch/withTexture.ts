import { boxMean } from '../../../core/maths/boxMean.js';
import type { Scale } from './scale.js';

/** What a unit of texture counts beside one of colour: 50 of the paper, for squares. */
const WEIGHT = Math.sqrt(50);
/** Pixels to each side over which texture is averaged. */
const RADIUS = 4;

/**
 * Colours `[h, w, c]` with two more numbers a pixel: how much brightness changes about it from column to column and from
 * row to row, in the mean. Without them a smooth patch, which is not far from any other, takes the place of fine texture.
 * Newson, Almansa, Fradet, Gousseau, Pérez: Video inpainting of complex scenes. SIAM J. Imaging Sciences 2014.
 */
export function withTexture(
  colours: Float32Array,
  { height, width, channels, hole, unusable }: Pick<Scale, 'height' | 'width' | 'channels' | 'hole' | 'unusable'>,
): Float32Array {
  const brightness = new Float32Array(height * width);
  for (let i = 0; i < brightness.length; i++) {
    for (let c = 0; c < channels; c++) brightness[i] += colours[i * channels + c] / channels;
  }
  const isKnown = (i: number) => hole[i] === 0 && unusable[i] === 0;
  const changes = [1, width].map((step) => {
    const change = new Float32Array(height * width);
    const counted = new Float32Array(height * width);
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        const isLast = step === 1 ? x === width - 1 : y === height - 1;
        if (isLast || !isKnown(i) || !isKnown(i + step)) continue;
        change[i] = Math.abs(brightness[i + step] - brightness[i]);
        counted[i] = 1;
      }
    }
    const [mean, share] = [change, counted].map((plane) => boxMean(plane, { height, width, radius: RADIUS }));
    return mean.map((sum, i) => (share[i] < 1e-4 ? 0 : (WEIGHT * sum) / share[i]));
  });
  const all = channels + changes.length;
  const values = new Float32Array(height * width * all);
  for (let i = 0; i < brightness.length; i++) {
    for (let c = 0; c < channels; c++) values[i * all + c] = colours[i * channels + c];
    for (const [n, change] of changes.entries()) values[i * all + channels + n] = change[i];
  }
  return values;
}
