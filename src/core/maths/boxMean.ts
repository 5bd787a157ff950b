export interface BoxMeanOptions {
  width: number;
  height: number;
  /** Interleaved, each by itself. @default 1 */
  channels?: number;
  radius: number;
}

/** The mean of the (2 radius + 1)^2 pixels around each, of those that are in the picture; `[h, w, c]`, row-major. */
export function boxMean<T extends Float32Array | Float64Array>(
  values: T,
  { width, height, channels = 1, radius }: BoxMeanOptions,
): T {
  const row = width * channels;
  const means = values.slice() as T;
  const across = { length: width, step: channels, radius };
  for (let start = 0; start < values.length; start += row) {
    for (let c = 0; c < channels; c++) meanAlong(values, means, start + c, across);
  }
  const boxed = values.slice() as T;
  const down = { length: height, step: row, radius };
  for (let start = 0; start < row; start++) meanAlong(means, boxed, start, down);
  return boxed;
}

interface Line {
  length: number;
  /** From one value to the next. */
  step: number;
  radius: number;
}

/** Sums in double precision: what is added is taken away again, and an error would stay to the end of the line. */
function meanAlong<T extends Float32Array | Float64Array>(
  values: T,
  means: T,
  start: number,
  { length, step, radius }: Line,
): void {
  let sum = 0;
  for (let i = 0; i < Math.min(radius, length); i++) sum += values[start + i * step];
  for (let i = 0; i < length; i++) {
    if (i + radius < length) sum += values[start + (i + radius) * step];
    if (i - radius > 0) sum -= values[start + (i - radius - 1) * step];
    const inside = Math.min(length - 1, i + radius) - Math.max(0, i - radius) + 1;
    means[start + i * step] = sum / inside;
  }
}
