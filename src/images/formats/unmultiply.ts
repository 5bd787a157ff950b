import { whiteOf } from '../readWindow.js';
import type { Decoded } from './format.js';

/** Colours that were multiplied by alpha in the file, as everyone else has them; where nothing is to be seen, they stay black. */
export function unmultiply({ pixels, alpha }: Decoded): void {
  if (!alpha) return;
  const channels = pixels.shape[2];
  const white = whiteOf(pixels.data);
  const isFloat = pixels.data instanceof Float32Array;
  const { data } = pixels;
  for (let i = 0; i < alpha.data.length; i++) {
    const share = alpha.data[i] / white;
    if (!(share > 0 && share < 1)) continue;
    for (let at = i * channels; at < (i + 1) * channels; at++) {
      data[at] = isFloat ? data[at] / share : Math.min(white, Math.round(data[at] / share));
    }
  }
}
