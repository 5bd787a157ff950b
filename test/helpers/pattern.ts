import ndarray from 'ndarray';
import type { Pixels } from '../../src/images/raster.js';

/**
 * Pixels `[h, w, c]` of `((7x + 13y + 29c + xy * twist) mod 64) / 64`: exact in float32, so that the same picture was made
 * in Python when the expected scores were computed with the project's score.py.
 */
export function pattern(height: number, width: number, channels: number, twist: number): Pixels {
  const data = new Float32Array(height * width * channels);
  let i = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) data[i++] = ((x * 7 + y * 13 + c * 29 + x * y * twist) % 64) / 64;
    }
  }
  return ndarray(data, [height, width, channels]);
}
