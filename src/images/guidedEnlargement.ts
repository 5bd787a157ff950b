import type { GuidedFitsOptions, GuideStatistics } from './guidedFilter.js';
import { guidedRuns } from './guidedRuns.js';
import type { Pixels, Raster } from './raster.js';

/** Writes rows `y` to `y + count` of a map of a picture's size, `[count, width, c]`. */
export type MapRows<Values extends Float32Array | Uint8Array> = (y: number, count: number, values: Values) => void;

/**
 * Enlarges a map along the edges of a picture: its linear functions of the small picture's colours, `guidedFits`, are
 * interpolated and applied to the colours of the large one.
 * He, Sun: Fast guided filter, arXiv 1505.00996, 2015.
 *
 * @param map `[h, w, c]`, all that is to be enlarged
 * @param statistics of the picture at the size of the map
 * @param picture at the size that is wanted, of as many colours
 */
export function guidedEnlargement(
  map: Pixels,
  statistics: GuideStatistics,
  picture: Pick<Raster, 'pixels'>,
  options?: GuidedFitsOptions,
): MapRows<Float32Array> {
  const channels = map.shape[2];
  const width = picture.pixels.shape[1];
  const { starts, evaluate } = guidedRuns(map, statistics, picture, options);

  return (y, count, values) => {
    for (let row = 0; row < count; row++) {
      for (let run = 0; run < starts.length - 1; run++) {
        const at = (row * width + starts[run]) * channels;
        for (let c = 0; c < channels; c++) evaluate({ y: y + row, run, values, at: at + c, step: channels }, c);
      }
    }
  };
}
