import type { Pixels } from '../images/raster.js';

export type Point = readonly [x: number, y: number];

/**
 * Draws a line through the points with round ends: every pixel whose centre lies within half the width becomes 1.
 * Points are in pixels, (0, 0) the centre of the first one, and may lie outside.
 *
 * @param mask `[h, w, 1]`, changed in place
 * @param width in pixels; a line of 1 has no gaps
 */
export function drawStrokes(mask: Pixels, points: readonly Point[], width: number): void {
  for (let i = 1; i < points.length; i++) drawSegment(mask, points[i - 1], points[i], width / 2);
}

function drawSegment(mask: Pixels, [x0, y0]: Point, [x1, y1]: Point, radius: number): void {
  const [height, rowLength] = mask.shape;
  const [dx, dy] = [x1 - x0, y1 - y0];
  const squaredLength = dx * dx + dy * dy || 1;
  const top = Math.max(Math.ceil(Math.min(y0, y1) - radius), 0);
  const bottom = Math.min(Math.floor(Math.max(y0, y1) + radius), height - 1);
  const left = Math.max(Math.ceil(Math.min(x0, x1) - radius), 0);
  const right = Math.min(Math.floor(Math.max(x0, x1) + radius), rowLength - 1);
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const along = Math.min(Math.max(((x - x0) * dx + (y - y0) * dy) / squaredLength, 0), 1);
      const [offX, offY] = [x - x0 - along * dx, y - y0 - along * dy];
      if (offX * offX + offY * offY <= radius * radius) mask.data[y * rowLength + x] = 1;
    }
  }
}
