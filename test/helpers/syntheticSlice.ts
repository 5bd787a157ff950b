import ndarray, { type NdArray } from 'ndarray';
import { random } from '../../src/core/random.js';

/** A drawn slice of tissue and what it shows. */
export interface SyntheticSlice {
  /** `[height, width, 1]`, dark membranes around grey cells. */
  image: NdArray<Uint8Array>;
  /** `[height, width]`, 255 in cells, 0 on membranes. */
  truth: NdArray<Uint8Array>;
  cells: number;
}

export interface SyntheticSliceOptions {
  seed?: number;
  /** Mean distance between the middles of cells, in pixels. */
  spacing?: number;
  /** How far the middles have moved on: 0 for the first slice of a stack, 1 for the next. */
  depth?: number;
}

/** Half the width of a membrane, in pixels. */
const HALF = 2.2;

/**
 * Cells as the nearest of scattered points, with dark membranes where two are equally near, greys of their own, a little texture and
 * noise: what a slice of an electron microscope looks like from afar.
 */
export function syntheticSlice(
  height: number,
  width: number,
  { seed = 1, spacing = 56, depth = 0 }: SyntheticSliceOptions = {},
): SyntheticSlice {
  const draw = random(seed, 'slice');
  const points: { x: number; y: number; grey: number }[] = [];
  const [rows, columns] = [Math.ceil(height / spacing) + 4, Math.ceil(width / spacing) + 4];
  for (let y = -2; y < rows - 2; y++) {
    for (let x = -2; x < columns - 2; x++) {
      const [dx, dy] = [draw.uniform(-2, 2), draw.uniform(-2, 2)];
      points.push({
        x: (x + 0.5 + draw.uniform(-0.35, 0.35)) * spacing + dx * depth,
        y: (y + 0.5 + draw.uniform(-0.35, 0.35)) * spacing + dy * depth,
        grey: draw.uniform(130, 165),
      });
    }
  }
  const noise = random(seed, 'noise', depth);
  const rough = Float32Array.from({ length: height * width }, () => noise.uniform(-1, 1));
  const image = new Uint8Array(height * width);
  const truth = new Uint8Array(height * width);
  const inside = new Set<number>();
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      let [first, second, nearest] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0];
      // Borders wave a little.
      const [wx, wy] = [x + 3 * Math.sin(y / 11), y + 3 * Math.sin(x / 13)];
      const [row, column] = [Math.floor(wy / spacing) + 2, Math.floor(wx / spacing) + 2];
      for (let n = 0; n < 25; n++) {
        const index = (row + Math.floor(n / 5) - 2) * columns + column + (n % 5) - 2;
        const point = points[index];
        if (point === undefined) continue;
        const distance = Math.hypot(point.x - wx, point.y - wy);
        if (distance < first) [first, second, nearest] = [distance, first, index];
        else if (distance < second) second = distance;
      }
      const toBorder = (second - first) / 2;
      const membrane = Math.exp(-((toBorder / HALF) ** 2));
      const texture = 14 * Math.sin(x / 3 + nearest) * Math.sin(y / 4 + 2 * nearest);
      const smooth = (rough[i] + (rough[i - 1] ?? 0) + (rough[i - width] ?? 0)) / 3;
      image[i] = Math.max(0, points[nearest].grey + texture + 40 * smooth - 105 * membrane);
      truth[i] = toBorder > HALF ? 255 : 0;
      if (truth[i]) inside.add(nearest);
    }
  }
  return { image: ndarray(image, [height, width, 1]), truth: ndarray(truth, [height, width]), cells: inside.size };
}
