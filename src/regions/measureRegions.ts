import { type Labels, largestLabel } from './labels.js';

/** What is measured of a region, in pixels; the middle of the first pixel is 0, 0. */
export interface RegionMeasures {
  label: number;
  area: number;
  /** The centroid. */
  x: number;
  y: number;
  /** The smallest rectangle around it: its upper left pixel, and its size. */
  left: number;
  top: number;
  width: number;
  height: number;
  /** Edges of pixels between it and all else, the rim of the picture included. */
  perimeter: number;
  /** Mean of the values inside. */
  mean: number;
}

/** Measures all regions in one pass. @param value of a pixel, by its place row by row */
export function measureRegions(labels: Labels, value: (pixel: number) => number): RegionMeasures[] {
  const { data } = labels;
  const [rows, columns] = labels.shape;
  const count = largestLabel(labels) + 1;
  const sums = () => new Float64Array(count);
  const [area, x, y, mean, perimeter] = [sums(), sums(), sums(), sums(), sums()];
  const [left, top] = [sums().fill(columns), sums().fill(rows)];
  const [right, bottom] = [sums(), sums()];
  for (let row = 0, i = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, i++) {
      const label = data[i];
      if (label === 0) continue;
      area[label]++;
      x[label] += column;
      y[label] += row;
      mean[label] += value(i);
      left[label] = Math.min(left[label], column);
      right[label] = Math.max(right[label], column);
      top[label] = Math.min(top[label], row);
      bottom[label] = row;
      if (column === 0 || data[i - 1] !== label) perimeter[label]++;
      if (column === columns - 1 || data[i + 1] !== label) perimeter[label]++;
      if (row === 0 || data[i - columns] !== label) perimeter[label]++;
      if (row === rows - 1 || data[i + columns] !== label) perimeter[label]++;
    }
  }
  const measures: RegionMeasures[] = [];
  for (let label = 1; label < count; label++) {
    const pixels = area[label];
    if (pixels === 0) continue;
    measures.push({
      label,
      area: pixels,
      x: x[label] / pixels,
      y: y[label] / pixels,
      left: left[label],
      top: top[label],
      width: right[label] - left[label] + 1,
      height: bottom[label] - top[label] + 1,
      perimeter: perimeter[label],
      mean: mean[label] / pixels,
    });
  }
  return measures;
}
