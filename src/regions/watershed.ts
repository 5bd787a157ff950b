import ndarray from 'ndarray';
import type { Labels } from './labels.js';

/** How a landscape is flooded. */
export interface WatershedOptions {
  /** Where two floods meet a pixel stays dry (0), so that regions are kept apart by lines of one pixel. @default false */
  lines?: boolean;
  /** The pixels of the markers, in the order in which their floods begin. @default row by row */
  order?: Uint32Array;
}

const NOBODY = 0xffff_ffff;

/**
 * Floods a landscape from its markers over the edges of pixels, low ground first, ground of one level in the order in which the water
 * reaches it. Each pixel gets the label of the flood that came first. Linear in time for a fixed number of levels. Meyer: Topographic
 * distance and watershed lines. Signal Processing 1994.
 *
 * @param heights a level a pixel, row by row, whole numbers from 0
 * @param markers where floods begin; 0 elsewhere. Left as it is
 * @returns labels, 0 where no flood came to, and on lines
 */
export function watershed(
  heights: Uint8Array | Uint16Array,
  markers: Labels,
  { lines = false, order }: WatershedOptions = {},
): Labels {
  const [height, width] = markers.shape;
  const labels = markers.data.slice();
  /** Whose flood reached a pixel first, from when it waits. */
  const floods = lines ? new Uint32Array(labels.length) : labels;
  /** Who waits behind a pixel in the queue of its level; itself where it is the last, NOBODY where it never waited. */
  const behind = new Uint32Array(labels.length).fill(NOBODY);
  let levels = 0;
  for (let i = 0; i < heights.length; i++) if (heights[i] >= levels) levels = heights[i] + 1;
  const first = new Uint32Array(levels).fill(NOBODY);
  const last = new Uint32Array(levels);
  let level = 0;

  function wait(pixel: number, flood: number): void {
    if (labels[pixel] !== 0 || behind[pixel] !== NOBODY) return;
    // Water that came over a ridge does not fall below it any more.
    const own = Math.max(heights[pixel], level);
    behind[pixel] = pixel;
    if (first[own] === NOBODY) first[own] = pixel;
    else behind[last[own]] = pixel;
    last[own] = pixel;
    floods[pixel] = flood;
  }

  function neighboursWait(pixel: number, flood: number): void {
    const x = pixel % width;
    if (pixel >= width) wait(pixel - width, flood);
    if (x > 0) wait(pixel - 1, flood);
    if (x < width - 1) wait(pixel + 1, flood);
    if (pixel < labels.length - width) wait(pixel + width, flood);
  }

  /** Whether another flood stands beside a pixel. */
  function isMet(pixel: number, flood: number): boolean {
    const x = pixel % width;
    const differs = (neighbour: number) => labels[neighbour] !== 0 && labels[neighbour] !== flood;
    return (
      (pixel >= width && differs(pixel - width)) ||
      (x > 0 && differs(pixel - 1)) ||
      (x < width - 1 && differs(pixel + 1)) ||
      (pixel < labels.length - width && differs(pixel + width))
    );
  }

  const begun = markers.data;
  const begin = (i: number) => begun[i] !== 0 && neighboursWait(i, begun[i]);
  if (order) order.forEach(begin);
  else for (let i = 0; i < labels.length; i++) begin(i);
  while (level < levels) {
    const pixel = first[level];
    if (pixel === NOBODY) {
      level++;
      continue;
    }
    first[level] = behind[pixel] === pixel ? NOBODY : behind[pixel];
    const flood = floods[pixel];
    if (lines && !isMet(pixel, flood)) labels[pixel] = flood;
    neighboursWait(pixel, flood);
  }
  return ndarray(labels, [height, width]);
}
