import { random } from '../../../../src/core/random.js';
import type { Plane } from '../../../../src/tasks/denoise/temporal/plane.js';

export const SIZE = { width: 96, height: 72 };

/** Brightness at a place, smooth enough to be fetched from between pixels. */
export type Scene = (x: number, y: number) => number;

/** Waves of several lengths and directions. */
export const waves: Scene = (x, y) =>
  0.5 + 0.12 * Math.sin(x / 3 + y / 7) + 0.12 * Math.sin(y / 4 - x / 9) + 0.1 * Math.sin(x / 17) * Math.cos(y / 13);

export const otherWaves: Scene = (x, y) => 0.5 + 0.15 * Math.sin(x / 5 - y / 3) + 0.15 * Math.cos(y / 8 + x / 6);

/** A scene as a picture of one channel. */
export function picture(scene: Scene, { width, height } = SIZE): Plane {
  const data = Float32Array.from({ length: width * height }, (_, i) => scene(i % width, Math.floor(i / width)));
  return { data, width, height, channels: 1 };
}

/** The same with white noise. */
export function noisy(plane: Plane, sigma: number, seed: number): Plane {
  const draw = random(seed, 'noise');
  return { ...plane, data: plane.data.map((value) => value + sigma * draw.normal()) };
}

/** Root of the mean square of differences, `margin` pixels from the edges. */
export function distance(
  a: Float32Array,
  b: Float32Array,
  { width, height } = SIZE,
  margin = 8,
  isCounted = (_: number) => true,
): number {
  let [sum, count] = [0, 0];
  for (let y = margin; y < height - margin; y++) {
    for (let x = margin; x < width - margin; x++) {
      const i = y * width + x;
      if (!isCounted(i)) continue;
      sum += (a[i] - b[i]) ** 2;
      count++;
    }
  }
  return Math.sqrt(sum / count);
}
