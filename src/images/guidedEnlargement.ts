import type { Pixels } from './raster.js';

export interface GuidedEnlargementOptions {
  /** Of the windows, in pixels of the map, to each side. @default 2 */
  radius?: number;
  /** Variance of the guide, 0..1 squared, below which a window counts as flat. @default 0.0025 */
  epsilon?: number;
}

/** Gives rows `y` to `y + rows.shape[0]` of the enlarged map, `[rows, width, c]`, for these rows of the large guide. */
export type GuidedRows = (rows: Pixels, y: number) => Float32Array;

/**
 * Enlarges a map along the edges of a picture: in each window of the small picture the map is fitted by a linear function
 * of the colours, and the functions, averaged and interpolated, are applied to the colours of the large one.
 * He, Sun: Fast guided filter, arXiv 1505.00996, 2015; He, Sun, Tang: Guided image filtering, PAMI 2013, equations 19 to 21.
 *
 * @param map `[h, w, c]`, all that is to be enlarged
 * @param guide the picture at the size of the map, `[h, w, 1 or 3]`, 0..1
 * @param size of the result, in pixels: that of the large picture
 */
export function guidedEnlargement(
  map: Pixels,
  guide: Pixels,
  [height, width]: readonly [height: number, width: number],
  { radius = 2, epsilon = 0.0025 }: GuidedEnlargementOptions = {},
): GuidedRows {
  const [rows, columns, channels] = map.shape;
  const colours = guide.shape[2];
  const fits = linearFits(map, guide, radius, epsilon);
  /** Of each of the map's channels, a factor a colour and a constant. */
  const terms = colours + 1;
  const each = terms * channels;
  const line = new Float32Array(columns * each);

  return (large, y) => {
    const count = large.shape[0];
    const enlarged = new Float32Array(count * width * channels);
    for (let row = 0, i = 0; row < count; row++) {
      const [above, below, down] = between(y + row, height, rows);
      for (let k = 0; k < line.length; k++) {
        const value = fits[above * line.length + k];
        line[k] = value + down * (fits[below * line.length + k] - value);
      }
      for (let x = 0; x < width; x++) {
        const [left, right, across] = between(x, width, columns);
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

/** The two samples of a small line that a sample of the long one lies between, and how far from the first. */
function between(at: number, length: number, small: number): [first: number, second: number, share: number] {
  const place = Math.min(Math.max(((at + 0.5) * small) / length - 0.5, 0), small - 1);
  const first = Math.floor(place);
  return [first, Math.min(first + 1, small - 1), place - first];
}

/** `[h, w, c, colours + 1]`: in each pixel the factors and the constant of each channel, averaged over the windows there. */
function linearFits(map: Pixels, guide: Pixels, radius: number, epsilon: number): Float32Array {
  const [height, width, channels] = map.shape;
  const colours = guide.shape[2];
  const size = height * width;
  const mean = (value: (i: number) => number) =>
    boxMean(
      Float32Array.from({ length: size }, (_, i) => value(i)),
      height,
      width,
      radius,
    );
  const colour = (i: number, k: number) => guide.data[i * colours + k];
  const colourMeans = Array.from({ length: colours }, (_, k) => mean((i) => colour(i, k)));
  const products = Array.from({ length: colours ** 2 }, (_, kl) =>
    mean((i) => colour(i, Math.floor(kl / colours)) * colour(i, kl % colours)),
  );
  const inverses = Array.from({ length: size }, (_, i) =>
    inverse(
      Array.from({ length: colours ** 2 }, (_, kl) => {
        const [k, l] = [Math.floor(kl / colours), kl % colours];
        return products[kl][i] - colourMeans[k][i] * colourMeans[l][i] + (k === l ? epsilon : 0);
      }),
      colours,
    ),
  );

  const terms = colours + 1;
  const fits = new Float32Array(size * channels * terms);
  for (let c = 0; c < channels; c++) {
    const value = (i: number) => map.data[i * channels + c];
    const valueMean = mean(value);
    const covariances = Array.from({ length: colours }, (_, k) => {
      const product = mean((i) => colour(i, k) * value(i));
      return product.map((each, i) => each - colourMeans[k][i] * valueMean[i]);
    });
    const factors = Array.from({ length: colours }, (_, k) =>
      Float32Array.from({ length: size }, (_, i) =>
        covariances.reduce((sum, covariance, l) => sum + inverses[i][k * colours + l] * covariance[i], 0),
      ),
    );
    const constant = valueMean.map((each, i) =>
      factors.reduce((rest, factor, k) => rest - factor[i] * colourMeans[k][i], each),
    );
    for (const [k, term] of [...factors, constant].entries()) {
      const averages = boxMean(term, height, width, radius);
      for (let i = 0; i < size; i++) fits[(i * channels + c) * terms + k] = averages[i];
    }
  }
  return fits;
}

/** Of a symmetric positive matrix of 1 or 3 rows. */
function inverse(m: readonly number[], rows: number): number[] {
  if (rows === 1) return [1 / m[0]];
  const [a, b, c, , d, e, , , f] = m;
  const [A, B, C] = [d * f - e * e, c * e - b * f, b * e - c * d];
  const determinant = a * A + b * B + c * C;
  const [D, E, F] = [a * f - c * c, b * c - a * e, a * d - b * b];
  return [A, B, C, B, D, E, C, E, F].map((value) => value / determinant);
}

/** Means over squares, which at the border are what is left of them. */
function boxMean(values: Float32Array, height: number, width: number, radius: number): Float32Array {
  const along = (from: Float32Array, lines: number, length: number, lineStep: number, step: number) => {
    const to = new Float32Array(from.length);
    for (let line = 0; line < lines; line++) {
      const start = line * lineStep;
      let sum = 0;
      let count = 0;
      for (let i = -radius; i < length; i++) {
        if (i + radius < length) {
          sum += from[start + (i + radius) * step];
          count++;
        }
        if (i - radius > 0) {
          sum -= from[start + (i - radius - 1) * step];
          count--;
        }
        if (i >= 0) to[start + i * step] = sum / count;
      }
    }
    return to;
  };
  return along(along(values, height, width, width, 1), width, height, 1, width);
}
