import type { Raster } from '../../images/raster.js';
import { whiteOf } from '../../images/readWindow.js';

/** What is known of the greys of a slice. */
export interface SliceLevels {
  /** Mean and deviation of its values of 0..1; the deviation is 0 where all are the same. */
  mean: number;
  deviation: number;
  /**
   * Whether fine lines are darker (negative) or brighter (positive) than what is around them: the skewness of the difference between
   * means over 3x3 and over 17x17 pixels. -0.33 to -0.18 on slices of ISBI 2012 and of another session of such a microscope.
   */
  lines: number;
}

/** Mean and deviation of the slices that networks learn from: all others are brought to them, narrow 16-bit ones too. */
export const LEARNT = { mean: 0.5, deviation: 0.17 };

const FINE = 1;
const COARSE = 8;

/** Looks at the first channel of a slice, in one pass of its rows with few of them in memory. */
export function sliceLevels({ pixels }: Pick<Raster, 'pixels'>): SliceLevels {
  const { data, shape, stride, offset } = pixels;
  const [height, width] = shape;
  const white = whiteOf(data);
  const count = height * width;

  // In units of the file, since dividing each value costs as much as all else.
  let [sum, squares, isEven] = [0, 0, true];
  const first = data[offset];
  for (let y = 0; y < height; y++) {
    for (let x = 0, at = offset + y * stride[0]; x < width; x++, at += stride[1]) {
      const value = data[at];
      sum += value;
      squares += value * value;
      isEven &&= value === first;
    }
  }
  const mean = sum / count;
  const variance = squares / count - mean * mean;
  const deviation = isEven ? 0 : Math.sqrt(Math.max(Number.EPSILON * white ** 2, variance));

  /** Sums over the columns of the rows around, which move on with the row. */
  const columns = (radius: number) => {
    const sums = new Float64Array(width);
    const add = (y: number, sign: number) => {
      if (y < 0 || y >= height) return;
      for (let x = 0, at = offset + y * stride[0]; x < width; x++, at += stride[1]) sums[x] += sign * (data[at] - mean);
    };
    for (let y = 0; y < radius; y++) add(y, 1);
    return (y: number) => {
      add(y + radius, 1);
      add(y - radius - 1, -1);
      return sums;
    };
  };
  const [fine, coarse] = [columns(FINE), columns(COARSE)];
  let [second, third] = [0, 0];
  for (let y = 0; y < height; y++) {
    const difference = differenceOf(fine(y), coarse(y));
    // At the rim windows are cut off: left out.
    if (y < COARSE || y >= height - COARSE) continue;
    for (let x = COARSE; x < width - COARSE; x++) {
      const square = difference[x] * difference[x];
      second += square;
      third += square * difference[x];
    }
  }
  const inner = Math.max(1, (height - 2 * COARSE) * (width - 2 * COARSE));
  const spread = (second / inner) ** 1.5;
  return { mean: mean / white, deviation: deviation / white, lines: spread > 0 ? third / inner / spread : 0 };
}

/** The mean over a fine window less that over a coarse one, along a row of sums of columns. */
function differenceOf(fine: Float64Array, coarse: Float64Array): Float64Array {
  const width = fine.length;
  const difference = new Float64Array(width);
  let [few, many] = [0, 0];
  for (let x = -COARSE; x < width; x++) {
    few += (fine[x + FINE] ?? 0) - (fine[x - FINE - 1] ?? 0);
    many += (coarse[x + COARSE] ?? 0) - (coarse[x - COARSE - 1] ?? 0);
    if (x >= 0) difference[x] = few / (2 * FINE + 1) ** 2 - many / (2 * COARSE + 1) ** 2;
  }
  return difference;
}
