import { betweenSamples } from './betweenSamples.js';
import { guidedFits } from './guidedFits.js';
import type { GuideStatistics } from './guideStatistics.js';
import type { Pixels, Raster } from './raster.js';
import { whiteOf } from './windowOf.js';

/**
 * A map on its way to the size of a picture. Along a run, a piece of a row between the middles of two neighbours of the
 * map, the functions of `guidedFits` change linearly, so that they are interpolated once a run, not once a pixel.
 */
export interface GuidedRuns {
  /** Of the map. */
  rows: number;
  columns: number;
  /** Columns of the picture where runs begin, and its width last. */
  starts: Int32Array;
  /** The row of the map that each row of the picture lies in. */
  rowOf: Int32Array;
  /** The column of the map that each run lies at, or to the right of. */
  columnOf: Int32Array;
  /** Writes a channel of the enlarged map along a run of row `y`: into `values` from `at` on, `step` apart. */
  evaluate(y: number, run: number, channel: number, values: Float32Array, at: number, step: number): void;
}

/**
 * He, Sun: Fast guided filter, arXiv 1505.00996, 2015.
 *
 * @param map `[h, w, c]`
 * @param statistics of the picture at the size of the map
 * @param picture at the size that is wanted, of as many colours; its samples are read where they lie
 */
export function guidedRuns(map: Pixels, statistics: GuideStatistics, { pixels }: Pick<Raster, 'pixels'>): GuidedRuns {
  const fits = guidedFits(map, statistics);
  const [rows, columns, channels] = map.shape;
  const [height, width, colours] = pixels.shape;
  const terms = colours + 1;
  const each = channels * terms;
  const across = betweenSamples(width, columns);
  const down = betweenSamples(height, rows);
  const starts = Int32Array.from([...runStarts(across.first), width]);
  const { share } = across;
  const { data, offset, stride } = pixels;
  // A grey picture is one of three equal colours, of which the last two have no weight.
  const [green, blue] = colours === 1 ? [0, 0] : [stride[2], 2 * stride[2]];
  const white = whiteOf(data);
  /** Of the term at a place of the small picture, between two rows. */
  const between = (place: number, y: number) => {
    const above = fits[down.first[y] * columns * each + place];
    return above + down.share[y] * (fits[down.second[y] * columns * each + place] - above);
  };

  function evaluate(y: number, run: number, channel: number, values: Float32Array, at: number, step: number): void {
    const start = starts[run];
    const end = starts[run + 1];
    const left = across.first[start] * each + channel * terms;
    const right = across.second[start] * each + channel * terms;
    const constant = between(left + colours, y);
    const constantRise = between(right + colours, y) - constant;
    const red = between(left, y) / white;
    const redRise = between(right, y) / white - red;
    let greens = 0;
    let greensRise = 0;
    let blues = 0;
    let bluesRise = 0;
    if (colours === 3) {
      greens = between(left + 1, y) / white;
      greensRise = between(right + 1, y) / white - greens;
      blues = between(left + 2, y) / white;
      bluesRise = between(right + 2, y) / white - blues;
    }
    let from = offset + y * stride[0] + start * stride[1];
    for (let x = start; x < end; x++, at += step, from += stride[1]) {
      const r = data[from];
      const g = data[from + green];
      const b = data[from + blue];
      const rise = constantRise + redRise * r + greensRise * g + bluesRise * b;
      values[at] = constant + red * r + greens * g + blues * b + share[x] * rise;
    }
  }
  return {
    ...{ rows, columns, starts, evaluate },
    rowOf: Int32Array.from({ length: height }, (_, y) => Math.min(Math.floor((y * rows) / height), rows - 1)),
    columnOf: starts.subarray(0, -1).map((x) => across.first[x]),
  };
}

function runStarts(first: Int32Array): number[] {
  return [...first.keys()].filter((x) => x === 0 || first[x] !== first[x - 1]);
}
