/** Samples of a picture, interleaved `[h, w, c]`, row-major. */
export interface Plane {
  data: Float32Array;
  width: number;
  height: number;
  channels: number;
}

/** Means of 2 x 2 pixels; an odd side rounds up, its last row or column standing for two. */
export function halved({ data, width, height, channels }: Plane): Plane {
  const [columns, rows] = [(width + 1) >> 1, (height + 1) >> 1];
  const half = new Float32Array(columns * rows * channels);
  for (let y = 0, i = 0; y < rows; y++) {
    const above = 2 * y * width;
    const below = Math.min(2 * y + 1, height - 1) * width;
    for (let x = 0; x < columns; x++) {
      const left = 2 * x;
      const right = Math.min(left + 1, width - 1);
      const a = (above + left) * channels;
      const b = (above + right) * channels;
      const c = (below + left) * channels;
      const d = (below + right) * channels;
      for (let k = 0; k < channels; k++) half[i++] = (data[a + k] + data[b + k] + data[c + k] + data[d + k]) / 4;
    }
  }
  return { data: half, width: columns, height: rows, channels };
}

/** Mean of the channels. */
export function brightnessOf({ data, width, height, channels }: Plane): Plane {
  if (channels === 1) return { data, width, height, channels };
  const mean = new Float32Array(width * height);
  for (let i = 0, at = 0; i < mean.length; i++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += data[at++];
    mean[i] = sum / channels;
  }
  return { data: mean, width, height, channels: 1 };
}
