import type { Plane } from './plane.js';

/** Differences of a plane to the right and the lower neighbour; 0 in the last column and row. */
export interface Gradients {
  x: Plane;
  y: Plane;
}

export function gradients({ data, height, width }: Plane): Gradients {
  const [x, y] = [new Float32Array(data.length), new Float32Array(data.length)];
  for (let row = 0, i = 0; row < height; row++) {
    for (let column = 0; column < width; column++, i++) {
      if (column < width - 1) x[i] = data[i + 1] - data[i];
      if (row < height - 1) y[i] = data[i + width] - data[i];
    }
  }
  return { x: { data: x, height, width }, y: { data: y, height, width } };
}

/** Edges an orientation and a pixel of the kernel's side, at the least. */
const EDGES = 20;

/**
 * The magnitude that a gradient must have to tell of the kernel: as high as leaves enough edges of each orientation, of four.
 * Cho, Lee: Fast motion deblurring, SIGGRAPH Asia 2009, section 4.2.
 *
 * @param side of the kernel
 */
export function edgeThreshold({ x, y }: Gradients, side: number): number {
  const groups: number[][] = [[], [], [], []];
  for (let i = 0; i < x.data.length; i++) {
    const [gx, gy] = [x.data[i], y.data[i]];
    if (gx === 0 && gy === 0) continue;
    const turn = Math.atan2(gy, gx) / Math.PI + 1;
    groups[Math.floor(4 * turn) % 4].push(Math.hypot(gx, gy));
  }
  const wanted = EDGES * side;
  return Math.min(...groups.map((found) => found.sort((a, b) => b - a)[Math.min(wanted, found.length) - 1] ?? 0));
}

/** The gradients of at least that magnitude, zeros in place of the others. */
export function strongGradients({ x, y }: Gradients, threshold: number): Gradients {
  const isStrong = x.data.map((gx, i) => (Math.hypot(gx, y.data[i]) >= threshold ? 1 : 0));
  const kept = (plane: Plane) => ({ ...plane, data: plane.data.map((value, i) => value * isStrong[i]) });
  return { x: kept(x), y: kept(y) };
}
