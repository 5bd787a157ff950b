import type { Flow } from './opticalFlow.js';
import type { Plane } from './plane.js';

/** Places are rounded to this part of a pixel, so that what stands still is copied and loses nothing. */
const PARTS = 16;
/** Weights of the four samples around a place between the second and the third: Keys 1981, a = -1/2. */
const CUBIC = Float32Array.from({ length: 4 * PARTS }, (_, i) => {
  const t = Math.floor(i / 4) / PARTS;
  const [t2, t3] = [t * t, t * t * t];
  return [(-t3 + 2 * t2 - t) / 2, (3 * t3 - 5 * t2 + 2) / 2, (-3 * t3 + 4 * t2 + t) / 2, (t3 - t2) / 2][i % 4];
});
/** What of the variance of white noise they leave. */
const LEFT = Float32Array.from({ length: PARTS }, (_, part) =>
  CUBIC.subarray(4 * part, 4 * part + 4).reduce((sum, weight) => sum + weight * weight, 0),
);

export interface Fetched {
  /** What of the variance of white noise is left at each pixel; 0 of those that come from outside the picture. */
  left: Float32Array;
  /** 1 where a sample was copied, 0 where it lies between others. */
  whole: Uint8Array;
}

/** Fetches each pixel of a picture from where it went, by cubic convolution. Beyond the edges the picture goes on as it ends. */
export function fetch({ data, width, height, channels }: Plane, { right, down }: Flow, into: Float32Array): Fetched {
  const left = new Float32Array(width * height);
  const whole = new Uint8Array(width * height);
  const rowLength = width * channels;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const px = Math.round((x + right[i]) * PARTS);
      const py = Math.round((y + down[i]) * PARTS);
      const x0 = Math.floor(px / PARTS);
      const y0 = Math.floor(py / PARTS);
      const partX = px - x0 * PARTS;
      const partY = py - y0 * PARTS;
      const isInside = px >= 0 && py >= 0 && px <= (width - 1) * PARTS && py <= (height - 1) * PARTS;
      const at = i * channels;
      if (isInside && partX === 0 && partY === 0) {
        const from = y0 * rowLength + x0 * channels;
        for (let c = 0; c < channels; c++) into[at + c] = data[from + c];
        left[i] = 1;
        whole[i] = 1;
        continue;
      }
      if (isInside) left[i] = LEFT[partX] * LEFT[partY];
      const c0 = clamped(x0 - 1, width) * channels;
      const c1 = clamped(x0, width) * channels;
      const c2 = clamped(x0 + 1, width) * channels;
      const c3 = clamped(x0 + 2, width) * channels;
      const w0 = CUBIC[4 * partX];
      const w1 = CUBIC[4 * partX + 1];
      const w2 = CUBIC[4 * partX + 2];
      const w3 = CUBIC[4 * partX + 3];
      for (let c = 0; c < channels; c++) into[at + c] = 0;
      for (let k = 0; k < 4; k++) {
        const row = clamped(y0 + k - 1, height) * rowLength;
        const weight = CUBIC[4 * partY + k];
        for (let c = 0; c < channels; c++) {
          const from = row + c;
          into[at + c] +=
            weight * (w0 * data[from + c0] + w1 * data[from + c1] + w2 * data[from + c2] + w3 * data[from + c3]);
        }
      }
    }
  }
  return { left, whole };
}

function clamped(at: number, length: number): number {
  return at < 0 ? 0 : at >= length ? length - 1 : at;
}
