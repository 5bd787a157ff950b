import type { Pixels } from '../../images/raster.js';
import { components } from '../../regions/components.js';
import type { Labels } from '../../regions/labels.js';
import { renumber } from '../../regions/renumber.js';
import { watershed } from '../../regions/watershed.js';

/** What counts as a cell. */
export interface CellRules {
  /** Probability above which pixels are inside a cell, 0..1. */
  threshold: number;
  /** Pieces of fewer pixels are none. */
  minSize: number;
}

/** Levels of the ground that is flooded: finer ones tell noise from noise. */
const LEVELS = 255;

/**
 * Cells from the probability of cell `[height, width, 1]`. The connected components above the threshold that are large enough are grown
 * along the probability until they meet, and numbered from 1 row by row. Lines of one pixel between them are 0.
 */
export function cellsOf({ data, shape: [height, width] }: Pixels, { threshold, minSize }: CellRules): Labels {
  const [inside, ground] = [new Uint8Array(data.length), new Uint8Array(data.length)];
  for (let i = 0; i < data.length; i++) {
    inside[i] = data[i] > threshold ? 1 : 0;
    ground[i] = Math.round((1 - data[i]) * LEVELS);
  }
  const markers = renumber(components(inside, height, width), { minSize });
  return watershed(ground, markers, { lines: true });
}
