import { betweenSamples } from './betweenSamples.js';
import { guidedFits } from './guidedFits.js';
import type { Pixels } from './raster.js';

/** Gives rows `y` to `y + rows.shape[0]` of the enlarged map, `[rows, width, c]`, for these rows of the large guide. */
export type GuidedRows = (rows: Pixels, y: number) => Float32Array;

/**
 * Enlarges a map along the edges of a picture: its linear functions of the small picture's colours, `guidedFits`, are
 * interpolated and applied to the colours of the large one.
 * He, Sun: Fast guided filter, arXiv 1505.00996, 2015.
 *
 * @param map `[h, w, c]`, all that is to be enlarged
 * @param guide the picture at the size of the map, `[h, w, 1 or 3]`, 0..1
 * @param size of the result, in pixels: that of the large picture
 */
export function guidedEnlargement(
  map: Pixels,
  guide: Pixels,
  [height, width]: readonly [height: number, width: number],
): GuidedRows {
  const [rows, columns, channels] = map.shape;
  const colours = guide.shape[2];
  const fits = guidedFits(map, guide);
  const terms = colours + 1;
  const each = terms * channels;
  const line = new Float32Array(columns * each);

  return (large, y) => {
    const count = large.shape[0];
    const enlarged = new Float32Array(count * width * channels);
    for (let row = 0, i = 0; row < count; row++) {
      const [above, below, down] = betweenSamples(y + row, height, rows);
      for (let k = 0; k < line.length; k++) {
        const value = fits[above * line.length + k];
        line[k] = value + down * (fits[below * line.length + k] - value);
      }
      for (let x = 0; x < width; x++) {
        const [left, right, across] = betweenSamples(x, width, columns);
        for (let c = 0; c < channels; c++, i++) {
          const [a, b] = [left * each + c * terms, right * each + c * terms];
          let sum = line[a + colours] + across * (line[b + colours] - line[a + colours]);
          for (let k = 0; k < colours; k++) {
            const factor = line[a + k] + across * (line[b + k] - line[a + k]);
            sum += factor * large.data[(row * width + x) * colours + k];
          }
          enlarged[i] = sum;
        }
      }
    }
    return enlarged;
  };
}
