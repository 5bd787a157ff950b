import ndarray from 'ndarray';
import { random } from '../../src/core/random.js';
import { convolve } from '../../src/degradations/convolve.js';
import type { Pixels } from '../../src/images/raster.js';
import { type Kernel, kernelOf } from '../../src/tasks/deblur/kernel.js';

/** Overlapping rectangles of random brightness: edges of many places, as buildings and furniture have them. `[h, w, 1]`. */
export function rectangles(height: number, width: number, seed = 1): Pixels {
  const dice = random(seed, 'rectangles');
  const scene = ndarray(new Float32Array(height * width).fill(0.5), [height, width, 1]);
  for (let n = 0; n < 60; n++) {
    const [top, left] = [dice.integer(height), dice.integer(width)];
    const [bottom, right] = [top + 4 + dice.integer(height / 3), left + 4 + dice.integer(width / 3)];
    const slope = dice.uniform(-1, 1);
    const value = dice.uniform(0.1, 0.9);
    for (let y = top; y < Math.min(bottom, height); y++) {
      for (let x = left; x < Math.min(right, width); x++) {
        if (x - left >= slope * (y - top)) scene.set(y, x, 0, value);
      }
    }
  }
  return scene;
}

/** A hook, as a shaken camera draws it: not the same when turned or mirrored. */
export const hook: Kernel = kernelOf(
  [
    [0, 0, 0, 0, 0, 0, 0],
    [0, 4, 1, 0, 0, 0, 0],
    [0, 2, 3, 0, 0, 0, 0],
    [0, 0, 4, 1, 0, 0, 0],
    [0, 0, 1, 4, 2, 1, 0],
    [0, 0, 0, 1, 3, 4, 0],
    [0, 0, 0, 0, 0, 0, 0],
  ].flat(),
  7,
  7,
);

/** What a camera sees of a scene, which is larger than its picture by the kernel, and the part of the scene in the picture. */
export function seen(scene: Pixels, kernel: Kernel): { blurred: Pixels; truth: Pixels } {
  const blurred = convolve(scene, kernel);
  const [height, width] = blurred.shape;
  const [top, left] = kernel.shape.map((side) => Math.floor(side / 2));
  const truth = ndarray(new Float32Array(height * width), [height, width, 1]);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) truth.set(y, x, 0, scene.get(top + y, left + x, 0));
  }
  return { blurred, truth };
}

/** Cosine of the angle between two kernels of one size, over shifts of a pixel. */
export function likeness(a: Kernel, b: Kernel): number {
  const [height, width] = a.shape;
  const length = ({ data }: Kernel) => Math.hypot(...data);
  let best = 0;
  for (const dy of [-1, 0, 1]) {
    for (const dx of [-1, 0, 1]) {
      let sum = 0;
      for (let y = Math.max(0, -dy); y < Math.min(height, height - dy); y++) {
        for (let x = Math.max(0, -dx); x < Math.min(width, width - dx); x++) sum += a.get(y, x) * b.get(y + dy, x + dx);
      }
      best = Math.max(best, sum / (length(a) * length(b)));
    }
  }
  return best;
}
