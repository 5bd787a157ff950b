import type { HoleMask } from './holeMask.js';

/**
 * How many king's moves each pixel is from the nearest one of a kind, 255 at most: 0 for that kind itself. What lies beyond
 * the picture's edge is of no kind.
 * Rosenfeld and Pfaltz: Distance functions on digital pictures. Pattern Recognition 1968.
 *
 * @param kind the mask's value of the pixels to measure from: 0 gives a hole's depth, 255 the distance to a hole
 * @returns row by row
 */
export function chessboardDistance({ data, shape: [height, width] }: HoleMask, kind: 0 | 255): Uint8Array {
  const distance = Uint8Array.from(data, (value) => (value === kind ? 0 : 255));
  // Forwards from the pixels above and before, then backwards, as if the picture were turned by half a turn.
  for (const step of [1, -1]) {
    const row = step * width;
    for (let y = 0, at = step === 1 ? 0 : distance.length - 1; y < height; y++) {
      for (let x = 0; x < width; x++, at += step) {
        if (distance[at] <= 1) continue;
        let nearest = 254;
        if (x > 0) nearest = Math.min(nearest, distance[at - step]);
        if (y > 0) {
          nearest = Math.min(nearest, distance[at - row]);
          if (x > 0) nearest = Math.min(nearest, distance[at - row - step]);
          if (x < width - 1) nearest = Math.min(nearest, distance[at - row + step]);
        }
        distance[at] = Math.min(distance[at], nearest + 1);
      }
    }
  }
  return distance;
}
