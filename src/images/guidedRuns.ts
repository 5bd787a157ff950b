import { betweenSamples } from './betweenSamples.js';
import { type GuidedFitsOptions, type GuideStatistics, guidedFits } from './guidedFilter.js';
import type { Pixels, Raster } from './raster.js';
import { whiteOf } from './readWindow.js';

/**
 * A map on its way to the size of a picture. A run is the piece of a row between the centres of two neighbouring samples of the map. Along
 * it the functions of `guidedFits` change linearly, so that they are interpolated once a run, not once a pixel.
 */
export interface GuidedRuns {
  /** Columns of the picture where runs begin, and its width last. */
  starts: Int32Array;
  /** The row of the map that each row of the picture lies in. */
  rowOf: Int32Array;
  /** The column of the map that each run lies at, or to the right of. */
  columnOf: Int32Array;
  /**
   * Writes a channel of the enlarged map along a run of row `y`, into `values` from `at` on, `step` apart; where
   * `reference` is given, how much more it is than that channel.
   */
  evaluate(target: RunTarget, channel: number, reference?: number): void;
}

/** Where values go, and for which pixels. */
export interface RunTarget {
  y: number;
  run: number;
  values: Float32Array;
  at: number;
  step: number;
}

/** Factors of red, green and blue, and a constant; then how much each grows to where the next run begins. */
const [CONSTANT, RISE, LENGTH] = [3, 4, 8];

/**
 * A map as runs of linear functions of the picture's colours.
 * He, Sun: Fast guided filter, arXiv 1505.00996, 2015.
 *
 * @param map `[h, w, c]`
 * @param statistics of the picture at the size of the map
 * @param picture at the size that is wanted, of as many colours; its samples are read where they lie
 */
export function guidedRuns(
  map: Pixels,
  statistics: GuideStatistics,
  { pixels }: Pick<Raster, 'pixels'>,
  options?: GuidedFitsOptions,
): GuidedRuns {
  const fits = guidedFits(map, statistics, options);
  const [rows, columns, channels] = map.shape;
  const [height, width, colours] = pixels.shape;
  const terms = colours + 1;
  const each = channels * terms;
  const across = betweenSamples(width, columns);
  const down = betweenSamples(height, rows);
  const starts = Int32Array.from([...runStarts(across.first), width]);
  const { share } = across;
  const { data, offset } = pixels;
  const [rowStride, columnStride, colourStride] = pixels.stride;
  // A grey picture is one of three equal colours, of which the last two have no weight.
  const [green, blue] = colours === 1 ? [0, 0] : [colourStride, 2 * colourStride];
  const white = whiteOf(data);
  const line = new Float64Array(LENGTH);

  function addToLine(sign: 1 | -1, channel: number, y: number, run: number): void {
    const left = across.first[starts[run]] * each + channel * terms;
    const right = across.second[starts[run]] * each + channel * terms;
    const above = down.first[y] * columns * each;
    const below = down.second[y] * columns * each;
    for (let term = 0; term < terms; term++) {
      const begin = fits[above + left + term];
      const end = fits[above + right + term];
      const from = begin + down.share[y] * (fits[below + left + term] - begin);
      const to = end + down.share[y] * (fits[below + right + term] - end);
      const at = term === colours ? CONSTANT : term;
      const unit = term === colours ? sign : sign / white;
      line[at] += from * unit;
      line[RISE + at] += (to - from) * unit;
    }
  }

  function evaluate({ y, run, values, at, step }: RunTarget, channel: number, reference?: number): void {
    line.fill(0);
    addToLine(1, channel, y, run);
    if (reference !== undefined) addToLine(-1, reference, y, run);
    // Out of the array: each is read once a pixel.
    const red = line[0];
    const greens = line[1];
    const blues = line[2];
    const constant = line[CONSTANT];
    const redRise = line[RISE];
    const greenRise = line[RISE + 1];
    const blueRise = line[RISE + 2];
    const constantRise = line[RISE + CONSTANT];
    const end = starts[run + 1];
    let to = at;
    let from = offset + y * rowStride + starts[run] * columnStride;
    for (let x = starts[run]; x < end; x++, to += step, from += columnStride) {
      const r = data[from];
      const g = data[from + green];
      const b = data[from + blue];
      const rise = constantRise + redRise * r + greenRise * g + blueRise * b;
      values[to] = constant + red * r + greens * g + blues * b + share[x] * rise;
    }
  }

  return {
    starts,
    evaluate,
    rowOf: Int32Array.from({ length: height }, (_, y) => Math.min(Math.floor((y * rows) / height), rows - 1)),
    columnOf: starts.subarray(0, -1).map((x) => across.first[x]),
  };
}

function runStarts(first: Int32Array): number[] {
  return [...first.keys()].filter((x) => x === 0 || first[x] !== first[x - 1]);
}
