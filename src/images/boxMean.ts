export interface BoxMeanOptions {
  width: number;
  height: number;
  radius: number;
}

/** The mean of the (2 radius + 1)^2 pixels around each, of those that are in the picture; `[h, w]`, row-major. */
export function boxMean(values: Float32Array, { width, height, radius }: BoxMeanOptions): Float32Array {
  const rows = meanAlong(values, { count: height, stride: width, length: width, step: 1, radius });
  return meanAlong(rows, { count: width, stride: 1, length: height, step: width, radius });
}

interface Lines {
  count: number;
  /** From one line to the next. */
  stride: number;
  length: number;
  /** From one value of a line to the next. */
  step: number;
  radius: number;
}

/** Sums in double precision: what is added is taken away again, and an error would stay to the end of the line. */
function meanAlong(values: Float32Array, { count, stride, length, step, radius }: Lines): Float32Array {
  const means = new Float32Array(values.length);
  for (let line = 0; line < count; line++) {
    const start = line * stride;
    let sum = 0;
    for (let i = 0; i < Math.min(radius, length); i++) sum += values[start + i * step];
    for (let i = 0; i < length; i++) {
      if (i + radius < length) sum += values[start + (i + radius) * step];
      if (i - radius > 0) sum -= values[start + (i - radius - 1) * step];
      const inside = Math.min(length - 1, i + radius) - Math.max(0, i - radius) + 1;
      means[start + i * step] = sum / inside;
    }
  }
  return means;
}
