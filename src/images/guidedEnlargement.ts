import { fitsOfRow } from './fitsOfRow.js';
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
  const terms = colours + 1;
  const each = terms * channels;
  const { across, row: fitsOf } = fitsOfRow(guidedFits(map, guide), [rows, columns], [height, width]);

  return ({ data, shape: [count] }, y) => {
    const enlarged = new Float32Array(count * width * channels);
    for (let row = 0, i = 0, pixel = 0; row < count; row++) {
      const fits = fitsOf(y + row);
      for (let x = 0; x < width; x++, pixel += colours) {
        const share = across.share[x];
        let a = across.first[x] * each;
        let b = across.second[x] * each;
        for (let c = 0; c < channels; c++, i++, a += terms, b += terms) {
          let sum = fits[a + colours] + share * (fits[b + colours] - fits[a + colours]);
          for (let k = 0; k < colours; k++)
            sum += (fits[a + k] + share * (fits[b + k] - fits[a + k])) * data[pixel + k];
          enlarged[i] = sum;
        }
      }
    }
    return enlarged;
  };
}
