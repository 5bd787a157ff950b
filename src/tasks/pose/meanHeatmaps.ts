import ndarray from 'ndarray';
import type { Heatmaps } from '../../answers/joints.js';

/** The mean of heat maps of several looks at one photo, on the grid of the first. */
export function meanHeatmaps([first, ...others]: readonly Heatmaps[]): Heatmaps {
  const { values, x, y, step } = first;
  const [rows, columns, count] = values.shape;
  const sum = values.data.slice();
  for (const other of others) {
    const moved = new Float32Array(sum.length);
    const totals = new Float64Array(count);
    for (let row = 0, i = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const at = { x: (x + column * step - other.x) / other.step, y: (y + row * step - other.y) / other.step };
        for (let joint = 0; joint < count; joint++, i++) {
          moved[i] = valueAt(other, at, joint);
          totals[joint] += moved[i];
        }
      }
    }
    // On another grid, and where this one ends sooner, the sums are others.
    for (let i = 0; i < sum.length; i++) sum[i] += moved[i] / (totals[i % count] || 1);
  }
  for (let i = 0; i < sum.length; i++) sum[i] /= others.length + 1;
  return { values: ndarray(sum, [rows, columns, count]), x, y, step };
}

/** Between positions, bilinearly; 0 outside. */
function valueAt({ values: { data, shape } }: Heatmaps, { x, y }: { x: number; y: number }, joint: number): number {
  const [rows, columns, count] = shape;
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [right, below] = [x - left, y - top];
  const at = (row: number, column: number) =>
    row < 0 || column < 0 || row >= rows || column >= columns ? 0 : data[(row * columns + column) * count + joint];
  return (
    (1 - below) * ((1 - right) * at(top, left) + right * at(top, left + 1)) +
    below * ((1 - right) * at(top + 1, left) + right * at(top + 1, left + 1))
  );
}
