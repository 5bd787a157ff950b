import ndarray from 'ndarray';
import type { Labels } from './labels.js';

/** How a landscape is flooded. */
export interface WatershedOptions {
  /** Where two floods meet a pixel stays dry (0), so that regions are kept apart by lines of one pixel. @default false */
  lines?: boolean;
}

const NOBODY = 0xffff_ffff;

/**
 * Floods a landscape from its markers, low ground first and ground of one level in the order in which the water reaches it, over the
 * edges of pixels; each flooded pixel gets the label of the flood that came first. Linear in time for a fixed number of levels.
 * Meyer: Topographic distance and watershed lines. Signal Processing 1994.
 *
 * @param heights a level a pixel, row by row, whole numbers from 0
 * @param markers where floods begin; 0 elsewhere. Left as it is
 * @returns labels, 0 where no flood came to, and on lines
 */
export function watershed(
  heights: Uint8Array | Uint16Array,
  markers: Labels,
  { lines = false }: WatershedOptions = {},
): Labels {
  const [height, width] = markers.shape;
  const labels = markers.data.slice();
  /** Who waits behind a pixel in the queue of its level; itself where it is the last, NOBODY where it never waited. */
  const behind = new Uint32Array(labels.length).fill(NOBODY);
  let levels = 0;
  for (let i = 0; i < heights.length; i++) if (heights[i] >= levels) levels = heights[i] + 1;
  const first = new Uint32Array(levels).fill(NOBODY);
  const last = new Uint32Array(levels);
  let level = 0;

  function wait(pixel: number, flood: number): void {
    if (labels[pixel] !== 0 || behind[pixel] !== NOBODY) return;
    const own = heights[pixel];
    behind[pixel] = pixel;
    if (first[own] === NOBODY) first[own] = pixel;
    else behind[last[own]] = pixel;
    last[own] = pixel;
    if (own < level) level = own;
    if (!lines) labels[pixel] = flood;
  }

  function neighboursWait(pixel: number): void {
    const x = pixel % width;
    const flood = labels[pixel];
    if (pixel >= width) wait(pixel - width, flood);
    if (x > 0) wait(pixel - 1, flood);
    if (x < width - 1) wait(pixel + 1, flood);
    if (pixel < labels.length - width) wait(pixel + width, flood);
  }

  /** The label of the flooded neighbours; 0 where they differ. */
  function onlyFlood(pixel: number): number {
    const x = pixel % width;
    const around = [
      pixel >= width ? labels[pixel - width] : 0,
      x > 0 ? labels[pixel - 1] : 0,
      x < width - 1 ? labels[pixel + 1] : 0,
      pixel < labels.length - width ? labels[pixel + width] : 0,
    ];
    let found = 0;
    for (const label of around) {
      if (label === 0 || label === found) continue;
      if (found !== 0) return 0;
      found = label;
    }
    return found;
  }

  for (let i = 0; i < labels.length; i++) if (markers.data[i] !== 0) neighboursWait(i);
  level = 0;
  while (level < levels) {
    const pixel = first[level];
    if (pixel === NOBODY) {
      level++;
      continue;
    }
    first[level] = behind[pixel] === pixel ? NOBODY : behind[pixel];
    if (lines) labels[pixel] = onlyFlood(pixel);
    if (labels[pixel] !== 0) neighboursWait(pixel);
  }
  return ndarray(labels, [height, width]);
}
