import ndarray from 'ndarray';
import type { Random } from '../core/random.js';
import { type Kernel, normalised } from './kernels.js';

const STEPS = 1000;

/**
 * The trace of a camera shaken in the hand: a random smooth path, exposed evenly in time.
 *
 * The camera is a point with inertia, pushed about by normal forces, now and then jerked, and pulled back to where it
 * was aimed; the path is then scaled to its extent. After Boracchi, Foi: Modeling the performance of image
 * restoration from motion blur, IEEE TIP 2012.
 *
 * @param side odd side of the kernel in pixels, 3..41 and more
 * @param extent the longer side of the path's box, in pixels, at most `side - 2`; drawn from 3 to that where not given
 */
export function cameraShake(
  random: Random,
  side: number,
  extent = random.uniform(Math.min(3, side - 2), side - 2),
): Kernel {
  const [xs, ys] = path(random);
  const [xBounds, yBounds] = [bounds(xs), bounds(ys)];
  const scale = extent / Math.max(xBounds.high - xBounds.low, yBounds.high - yBounds.low);
  const centre = (side - 1) / 2;

  const weights = new Float32Array(side * side);
  for (let t = 0; t < STEPS; t++) {
    const x = centre + (xs[t] - (xBounds.low + xBounds.high) / 2) * scale;
    const y = centre + (ys[t] - (yBounds.low + yBounds.high) / 2) * scale;
    splat(weights, side, x, y);
  }
  return normalised(ndarray(weights, [side, side]));
}

function path(random: Random): [Float64Array, Float64Array] {
  const inertia = random.uniform(0.97, 0.998);
  const pull = random.uniform(0, 1e-4);
  const jerks = random.uniform(0, 4) / STEPS;
  const [xs, ys] = [new Float64Array(STEPS), new Float64Array(STEPS)];
  let [x, y, speedX, speedY] = [0, 0, random.normal(), random.normal()];
  for (let t = 0; t < STEPS; t++) {
    const force = random.chance(jerks) ? 4 : 0.06;
    speedX = inertia * speedX + force * random.normal() - pull * x;
    speedY = inertia * speedY + force * random.normal() - pull * y;
    xs[t] = x += speedX;
    ys[t] = y += speedY;
  }
  return [xs, ys];
}

function bounds(values: Float64Array): { low: number; high: number } {
  return { low: Math.min(...values), high: Math.max(...values) };
}

/** Shares a unit of light between the four nearest pixels. */
function splat(weights: Float32Array, side: number, x: number, y: number): void {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [right, down] = [x - left, y - top];
  const at = top * side + left;
  weights[at] += (1 - right) * (1 - down);
  weights[at + 1] += right * (1 - down);
  weights[at + side] += (1 - right) * down;
  weights[at + side + 1] += right * down;
}
