import type { Raster } from '../../images/raster.js';
import { readWindow, type Window } from '../../images/readWindow.js';

/** Cells to a window's side. */
const CELLS = 4;

/**
 * The window, of at most `side` pixels squared, with the most structure in it: the sum of the differences between neighbours.
 * The whole picture where that is no larger.
 */
export function texturedWindow(raster: Pick<Raster, 'pixels'>, side: number): Window {
  const [height, width] = raster.pixels.shape;
  if (height <= side && width <= side) return { y: 0, x: 0, height, width };
  const cell = Math.max(2, Math.floor(side / CELLS));
  const rows = Array.from({ length: Math.ceil(height / cell) }, (_, row) =>
    Array.from({ length: Math.ceil(width / cell) }, (_, column) => structure(raster, row * cell, column * cell, cell)),
  );
  const size = { height: Math.min(height, side), width: Math.min(width, side) };
  let best = { y: 0, x: 0, found: Number.NEGATIVE_INFINITY };
  for (let row = 0; row <= Math.max(0, rows.length - CELLS); row++) {
    for (let column = 0; column <= Math.max(0, rows[0].length - CELLS); column++) {
      const cells = rows.slice(row, row + CELLS).flatMap((own) => own.slice(column, column + CELLS));
      const found = cells.reduce((sum, value) => sum + value, 0);
      if (found > best.found) best = { y: row * cell, x: column * cell, found };
    }
  }
  return { y: Math.min(best.y, height - size.height), x: Math.min(best.x, width - size.width), ...size };
}

/** Sum of the differences to the right and downwards, of the first channel. */
function structure(raster: Pick<Raster, 'pixels'>, y: number, x: number, cell: number): number {
  const [allRows, allColumns] = raster.pixels.shape;
  const part = readWindow(raster, { y, x, height: Math.min(cell, allRows - y), width: Math.min(cell, allColumns - x) });
  const [height, width] = part.shape;
  let sum = 0;
  for (let row = 0; row + 1 < height; row++) {
    for (let column = 0; column + 1 < width; column++) {
      const here = part.get(row, column, 0);
      sum += Math.abs(part.get(row, column + 1, 0) - here) + Math.abs(part.get(row + 1, column, 0) - here);
    }
  }
  return sum;
}
