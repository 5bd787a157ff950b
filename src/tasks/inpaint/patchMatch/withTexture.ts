import type { Steps } from '../../../core/inTurns.js';
import { boxMean } from '../../../core/maths/boxMean.js';
import type { Scale } from './scale.js';

/** What a unit of texture counts beside one of colour: 50 of the paper, for squares. */
const WEIGHT = Math.sqrt(50);
/** Pixels to each side over which texture is averaged. */
const RADIUS = 8;

/**
 * Colours `[h, w, c]` with two more numbers a pixel: how much brightness changes about it from column to column and from
 * row to row, in the mean. Without them a smooth patch, which is not far from any other, takes the place of fine texture.
 * Newson, Almansa, Fradet, Gousseau, Pérez: Video inpainting of complex scenes. SIAM J. Imaging Sciences 2014.
 */
export function* withTexture(
  colours: Float32Array,
  { height, width, channels, hole, unusable }: Pick<Scale, 'height' | 'width' | 'channels' | 'hole' | 'unusable'>,
): Steps<Float32Array> {
  const brightness = new Float32Array(height * width);
  for (let i = 0; i < brightness.length; i++) {
    for (let c = 0; c < channels; c++) brightness[i] += colours[i * channels + c] / channels;
  }
  const isKnown = (i: number) => hole[i] === 0 && unusable[i] === 0;
  const all = channels + 2;
  const values = new Float32Array(height * width * all);
  for (let i = 0; i < brightness.length; i++) {
    for (let c = 0; c < channels; c++) values[i * all + c] = colours[i * channels + c];
  }
  for (const [n, step] of [1, width].entries()) {
    yield;
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
    yield;
    const sums = boxMean(change, { height, width, radius: RADIUS });
    yield;
    const shares = boxMean(counted, { height, width, radius: RADIUS });
    yield;
    for (let i = 0; i < shares.length; i++) {
      if (shares[i] > 1e-4) values[i * all + channels + n] = (WEIGHT * sums[i]) / shares[i];
    }
  }
  return values;
}
