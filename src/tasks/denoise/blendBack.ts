import ndarray from 'ndarray';
import { gaussianFilter } from '../../degradations/gaussianFilter.js';
import { LUMA_601 } from '../../images/grey.js';
import type { Pixels } from '../../images/raster.js';

/** What of the noise is to stay. */
export interface BlendOptions {
  /** Share of the colour noise that is taken away, 0..1. */
  chroma: number;
  /** Share of the finest texture in luma that is given back, 0..1. */
  grain: number;
}

/** The finest texture is what a Gaussian of this deviation, in pixels, takes away. */
const FINEST = 1;
/** Pixels to each side that count. */
export const BLEND_REACH = 4 * FINEST;

/**
 * Gives back to a denoised photo a part of what was taken away: of colour, or of the finest texture in brightness, which the eye takes for
 * sharpness. Luma is Y of BT.601; a grey photo has nothing else.
 *
 * @param photo `[h, w, c]`, as it was
 * @param clean the same, denoised
 */
export function blendBack(photo: Pixels, clean: Pixels, { chroma, grain }: BlendOptions): Pixels {
  if (chroma === 1 && grain === 0) return clean;
  const [height, width, channels] = clean.shape;
  const shares = channels === 3 ? LUMA_601 : [1];
  const taken = ndarray(new Float32Array(clean.size), clean.shape);
  const luma = ndarray(new Float32Array(height * width), [height, width, 1]);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      for (let c = 0; c < channels; c++) {
        const value = photo.get(y, x, c) - clean.get(y, x, c);
        taken.data[i * channels + c] = value;
        luma.data[i] += shares[c] * value;
      }
    }
  }
  const coarse = grain > 0 ? gaussianFilter(luma, FINEST).data : luma.data;
  const result = new Float32Array(clean.size);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const back = grain * (luma.data[i] - coarse[i]);
      for (let c = 0; c < channels; c++) {
        const colour = (1 - chroma) * (taken.data[i * channels + c] - luma.data[i]);
        result[i * channels + c] = clean.get(y, x, c) + back + colour;
      }
    }
  }
  return ndarray(result, clean.shape);
}
