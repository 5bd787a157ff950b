import ndarray, { type NdArray } from 'ndarray';
import { DisjointSets } from './disjointSets.js';
import type { Labels } from './labels.js';
import { renumber } from './renumber.js';

/**
 * How much each pixel belongs to its neighbour to the right (channel 0) and below (channel 1), `[height, width, 2]`, row by row. Channel 0
 * of the last column and channel 1 of the last row stand for no edge.
 */
export type Affinities = NdArray<Float32Array>;

/** The edges of the grid, each as twice its first pixel, plus 1 where it leads down. */
export function gridEdges(height: number, width: number): Uint32Array {
  const edges = new Uint32Array(height * (width - 1) + (height - 1) * width);
  let count = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      if (x < width - 1) edges[count++] = 2 * i;
      if (y < height - 1) edges[count++] = 2 * i + 1;
    }
  }
  return edges;
}

/** The two pixels of an edge of `gridEdges`. */
export function endsOf(edge: number, width: number): [from: number, to: number] {
  const from = edge >>> 1;
  return [from, from + (edge & 1 ? width : 1)];
}

/** Edges in the order of their affinities, the strongest first, then by place. */
export function strongestFirst(edges: Uint32Array, affinities: Float32Array): Uint32Array {
  return edges.slice().sort((a, b) => affinities[b] - affinities[a] || a - b);
}

/**
 * Pieces that hang together by affinities above the threshold, numbered from 1 row by row; a pixel that hangs on none is 0, unless
 * `alone` counts it as a piece.
 */
export function affinityComponents(
  { data, shape: [height, width] }: Affinities,
  threshold: number,
  { alone = false }: { alone?: boolean } = {},
): Labels {
  const sets = new DisjointSets(height * width);
  for (const edge of gridEdges(height, width)) {
    if (!(data[edge] > threshold)) continue;
    const [a, b] = endsOf(edge, width).map((pixel) => sets.find(pixel));
    if (a !== b) sets.join(Math.min(a, b), Math.max(a, b));
  }
  const sizes = new Uint32Array(height * width);
  for (let i = 0; i < sizes.length; i++) sizes[sets.find(i)]++;
  const labels = new Uint32Array(height * width);
  for (let i = 0, next = 0; i < labels.length; i++) {
    const root = sets.find(i);
    if (sizes[root] === 1 && !alone) continue;
    labels[i] = root === i ? ++next : labels[root];
  }
  return ndarray(labels, [height, width]);
}

/** Where floods begin, and how far they go. */
export interface AffinityWatershedOptions {
  /** Pieces that hang together by more than this are the markers. @default 0.9 */
  high?: number;
  /** Edges of this affinity or less join nothing. @default 0 */
  low?: number;
  /** Markers have at least so many pixels. @default 1 */
  minSize?: number;
}

/**
 * Watershed on a graph of affinities: strong pieces are markers; then the edges, the strongest first, join what has no marker to what
 * has one, and never two with different markers. Pixels that no edge above `low` joins to a marker are 0.
 * As in Turaga et al.: Maximin affinity learning of image segmentation, NIPS 2009. Sorting takes most of the time: n log n.
 */
export function affinityWatershed(
  affinities: Affinities,
  { high = 0.9, low = 0, minSize = 1 }: AffinityWatershedOptions = {},
): Labels {
  const [height, width] = affinities.shape;
  const markers = renumber(affinityComponents(affinities, high), { minSize });
  const sets = new DisjointSets(height * width);
  /** The marker of each set, by the pixel that stands for it; 0 where it has none. */
  const markerOf = markers.data.slice();
  const edges = gridEdges(height, width).filter((edge) => affinities.data[edge] > low);
  for (const edge of strongestFirst(edges, affinities.data)) {
    const [a, b] = endsOf(edge, width).map((pixel) => sets.find(pixel));
    if (a === b || (markerOf[a] !== 0 && markerOf[b] !== 0 && markerOf[a] !== markerOf[b])) continue;
    sets.join(a, b);
    markerOf[a] ||= markerOf[b];
  }
  const labels = new Uint32Array(height * width);
  for (let i = 0; i < labels.length; i++) labels[i] = markerOf[sets.find(i)];
  return ndarray(labels, [height, width]);
}
