import type { Raster } from '../../images/raster.js';
import { whiteOf } from '../../images/readWindow.js';
import type { Labels } from '../../regions/labels.js';
import { measureRegions, type RegionMeasures } from '../../regions/measureRegions.js';

/** A cell of the table: places and sizes in pixels, the mean grey as the file has it, 0 to 255 or 65535. */
export type CellRow = Omit<RegionMeasures, 'label' | 'mean'> & { cell: number; meanGrey: number };

/** Measures the cells of a slice, whose first channel is its grey. */
export function cellRows(cells: Labels, { pixels }: Pick<Raster, 'pixels'>): CellRow[] {
  const { data, shape, stride, offset } = pixels;
  // Floats of 0..1 are told as such.
  const unit = whiteOf(data) === 1 ? 1e4 : 1e2;
  const [, width] = shape;
  const grey = (i: number) => data[offset + Math.floor(i / width) * stride[0] + (i % width) * stride[1]];
  return measureRegions(cells, grey).map(({ label, mean, x, y, ...rest }) => ({
    cell: label,
    ...rest,
    x: Math.round(x * 100) / 100,
    y: Math.round(y * 100) / 100,
    meanGrey: Math.round(mean * unit) / unit,
  }));
}

const COLUMNS = ['cell', 'area', 'x', 'y', 'left', 'top', 'width', 'height', 'perimeter', 'meanGrey'] as const;

/** The names of the columns, as the first line of a CSV has them. @param first columns before those of a cell */
export const csvHead = (...first: string[]): string => `${[...first, ...COLUMNS].join(',')}\n`;

/** A line a cell, comma-separated. @param first values before those of each cell */
export const csvLines = (rows: readonly CellRow[], ...first: (string | number)[]): string =>
  rows.map((row) => `${[...first, ...COLUMNS.map((column) => row[column])].join(',')}\n`).join('');
