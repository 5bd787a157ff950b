import type { Joint } from '../../answers/joints.js';
import { jointNames } from '../../geometry/personJoints.js';
import type { Pixels } from '../../images/raster.js';

/** Positions on either side of the most likely one whose mean a joint's place is, and those that its score is the sum of. */
const [PLACE_RADIUS, SCORE_RADIUS] = [1, 2];

/**
 * The joints in heat maps, finer than their positions: the mean of the most likely position and its neighbours, weighted.
 *
 * @param values `[rows, columns, joints]`, each joint's not negative and 1 in sum
 * @returns in positions, the first one being 0, 0
 */
export function jointsOf({ data, shape: [rows, columns, count] }: Pixels): Joint[] {
  return Array.from({ length: count }, (_, joint) => {
    let best = 0;
    for (let i = 1; i < rows * columns; i++) if (data[i * count + joint] > data[best * count + joint]) best = i;
    const [row, column] = [Math.floor(best / columns), best % columns];
    const near = sums(row, column, PLACE_RADIUS);
    const { weight: score } = sums(row, column, SCORE_RADIUS);
    const place = near.weight > 0 ? { x: near.x / near.weight, y: near.y / near.weight } : { x: column, y: row };
    return { name: jointNames[joint], ...place, score: Math.min(1, score) };

    function sums(y0: number, x0: number, radius: number) {
      const sum = { weight: 0, x: 0, y: 0 };
      for (let y = Math.max(0, y0 - radius); y <= Math.min(rows - 1, y0 + radius); y++) {
        for (let x = Math.max(0, x0 - radius); x <= Math.min(columns - 1, x0 + radius); x++) {
          const weight = data[(y * columns + x) * count + joint];
          sum.weight += weight;
          sum.x += weight * x;
          sum.y += weight * y;
        }
      }
      return sum;
    }
  });
}
