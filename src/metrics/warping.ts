import type { NdArray } from 'ndarray';

/** Shares of all pixels, 0..1. */
export interface WarpingErrors {
  /** Pixels at which a cell is split, or two are merged, however borders are shifted: the challenge's warping error. */
  warpingError: number;
  /** All pixels that no shift of borders explains: those, and cells and holes that are added or missing. */
  topologyError: number;
}

/** What a change of the middle of 3x3 pixels does to cells (connected by edges) and membranes (also by corners). */
type Change = 'shift' | 'splitOrMerger' | 'other';

/** The eight pixels around one, clockwise, so that those next to each other in the list touch by an edge. */
const AROUND = [
  [-1, -1],
  [-1, 0],
  [-1, 1],
  [0, 1],
  [1, 1],
  [1, 0],
  [1, -1],
  [0, -1],
] as const;

/** By which of the eight pixels around are cell, a bit each. */
const CHANGES: readonly Change[] = Array.from({ length: 256 }, (_, around) => changeOf(around));

/**
 * How much of a wrong map no shift of borders explains. The truth is warped to the map: pixels in which the two differ are changed,
 * the surest ones first, where that changes no topology (simple points), until none is left. Beyond the edge is membrane.
 * Jain et al.: Boundary learning by optimization with topological constraints. CVPR 2010.
 *
 * @param probability of cell, `[height, width]`, row by row
 * @param truth `[height, width]`, not 0 in cells, row by row
 * @param threshold above which the map says cell
 */
export function warpingErrors(
  probability: NdArray<Float32Array>,
  truth: NdArray<Uint8Array>,
  threshold: number,
): WarpingErrors {
  const [height, width] = truth.shape;
  const { data } = probability;
  const warped = truth.data.map((value) => (value ? 1 : 0));
  const changeAt = (pixel: number): Change => {
    const [y, x] = [Math.floor(pixel / width), pixel % width];
    let around = 0;
    for (let i = 0; i < AROUND.length; i++) {
      const [row, column] = [y + AROUND[i][0], x + AROUND[i][1]];
      const isInside = row >= 0 && row < height && column >= 0 && column < width;
      if (isInside && warped[row * width + column]) around |= 1 << i;
    }
    return CHANGES[around];
  };

  const differing: number[] = [];
  for (let i = 0; i < warped.length; i++) if (data[i] > threshold !== (warped[i] === 1)) differing.push(i);
  const surety = (pixel: number) => Math.abs(data[pixel] - threshold);
  differing.sort((a, b) => surety(b) - surety(a) || a - b);
  let left = differing;
  for (let before = Number.POSITIVE_INFINITY; left.length < before; ) {
    before = left.length;
    left = left.filter((pixel) => {
      if (changeAt(pixel) !== 'shift') return true;
      warped[pixel] = 1 - warped[pixel];
      return false;
    });
  }
  const grave = left.filter((pixel) => changeAt(pixel) === 'splitOrMerger').length;
  return { warpingError: grave / warped.length, topologyError: left.length / warped.length };
}

function changeOf(around: number): Change {
  const isCell = (i: number) => ((around >> (i % 8)) & 1) === 1;
  /** Runs around the ring in which pixels hang together by edges, and which touch the middle by one. */
  let cells = 0;
  /** Runs of membrane: those hang together by corners, so that a corner between two edges joins them. */
  let membranes = 0;
  for (let i = 0; i < 8; i++) {
    if (isCell(i) && !isCell(i + 7)) {
      let touches = false;
      for (let j = i; isCell(j) && j < i + 8; j++) touches ||= j % 2 === 1;
      if (touches) cells++;
    }
    // Two edges of the ring that are membrane hang together over their corner, whatever that is.
    if (!isCell(i) && isCell(i + 7) && !(i % 2 === 1 && !isCell(i + 6))) membranes++;
  }
  if (around === 255) cells = 1;
  if (around === 0) membranes = 1;
  if (cells === 1 && membranes === 1) return 'shift';
  return cells > 1 ? 'splitOrMerger' : 'other';
}
