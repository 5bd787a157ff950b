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
  const last = distance.length - 1;
  // Forwards from the pixels above and before, then backwards, as if the picture were turned by half a turn.
  for (const at of [(i: number) => i, (i: number) => last - i]) {
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        const own = distance[at(i)];
        if (own <= 1) continue;
        let nearest = 254;
        if (x > 0) nearest = Math.min(nearest, distance[at(i - 1)]);
        if (y > 0) {
          nearest = Math.min(nearest, distance[at(i - width)]);
          if (x > 0) nearest = Math.min(nearest, distance[at(i - width - 1)]);
          if (x < width - 1) nearest = Math.min(nearest, distance[at(i - width + 1)]);
        }
        distance[at(i)] = Math.min(own, nearest + 1);
      }
    }
  }
  return distance;
}
