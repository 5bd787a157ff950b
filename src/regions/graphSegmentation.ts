import ndarray from 'ndarray';
import type { Pixels } from '../images/raster.js';
import { DisjointSets } from './disjointSets.js';
import type { Labels } from './labels.js';

/** How large segments become. */
export interface GraphSegmentationOptions {
  /** Segments have at least so many pixels. @default 20 */
  minSize?: number;
}

/** To the right, below, and the two diagonals down: each edge of the 8-neighbourhood once. */
const NEIGHBOURS = [[0, 1], [1, 0], [1, 1], [1, -1]] as const; // biome-ignore format: four places

/**
 * Superpixels. Edges between neighbouring pixels, the smallest difference of colour first, join two segments where the edge is no larger
 * than the largest edge inside either, plus k / its size. Then segments that are too small join the neighbour they differ least from.
 * Felzenszwalb, Huttenlocher: Efficient graph-based image segmentation, IJCV 2004.
 *
 * With several k, ascending, each segmentation goes on from the one before: its segments are whole ones of that, a tree. Sorting the
 * edges, four a pixel, takes most of the time.
 *
 * @param pixels `[h, w, c]`, 0..1, smoothed: the paper by a Gaussian of 0.8 pixels
 * @param scales k, in 255ths of a difference: some 100 for superpixels; larger ones make larger segments
 * @returns a map a scale, numbered from 1 row by row
 */
export function graphSegmentation(
  pixels: Pixels,
  scales: readonly number[],
  { minSize = 20 }: GraphSegmentationOptions = {},
): Labels[] {
  const [height, width] = pixels.shape;
  const count = height * width;
  const { ends, costs, order } = edgesOf(pixels);
  const sets = new DisjointSets(count);
  const sizes = new Uint32Array(count).fill(1);
  const inner = new Float64Array(count);
  const join = (a: number, b: number, cost: number) => {
    sets.join(a, b);
    sizes[a] += sizes[b];
    inner[a] = cost;
  };
  return scales.map((scale) => {
    const k = scale / 255;
    for (const edge of order) {
      const [a, b] = [sets.find(ends[2 * edge]), sets.find(ends[2 * edge + 1])];
      const cost = costs[edge];
      if (a !== b && cost <= Math.min(inner[a] + k / sizes[a], inner[b] + k / sizes[b])) join(a, b, cost);
    }
    for (const edge of order) {
      const [a, b] = [sets.find(ends[2 * edge]), sets.find(ends[2 * edge + 1])];
      if (a !== b && Math.min(sizes[a], sizes[b]) < minSize) join(a, b, Math.max(inner[a], inner[b]));
    }
    return numbered(sets, height, width);
  });
}

/** Edges as pairs of pixels, their differences of colour, and the order of these, then of place. */
function edgesOf({ data, shape: [height, width, channels] }: Pixels) {
  const most = NEIGHBOURS.length * height * width;
  const ends = new Uint32Array(2 * most);
  const costs = new Float32Array(most);
  let edges = 0;
  for (const [down, right] of NEIGHBOURS) {
    for (let y = 0; y + down < height; y++) {
      for (let x = Math.max(0, -right); x + Math.max(0, right) < width; x++) {
        const from = y * width + x;
        const to = from + down * width + right;
        let square = 0;
        for (let c = 0; c < channels; c++) square += (data[from * channels + c] - data[to * channels + c]) ** 2;
        ends[2 * edges] = from;
        ends[2 * edges + 1] = to;
        costs[edges++] = Math.sqrt(square);
      }
    }
  }
  return { ends, costs, order: ascending(costs.subarray(0, edges)) };
}

/** Bits that a whole number has in a float64, and those of the floats from 0 to 2. */
const [EXACT, FLOAT] = [53, 30];

/**
 * The places of numbers from 0 to 2 in their order, then by place. Sorted as whole numbers, of which the place is the lower part: many times as
 * fast as by a function that compares. Of more than 8 million the last bits of a number no longer count.
 */
function ascending(values: Float32Array): Uint32Array {
  const count = values.length;
  const bits = new Uint32Array(values.slice().buffer);
  const lost = Math.max(0, FLOAT + Math.ceil(Math.log2(Math.max(1, count))) - EXACT);
  const keys = Float64Array.from(bits, (value, i) => (value >>> lost) * count + i).sort();
  return Uint32Array.from(keys, (key) => key % count);
}

function numbered(sets: DisjointSets, height: number, width: number): Labels {
  const numbers = new Uint32Array(height * width);
  const labels = new Uint32Array(height * width);
  for (let i = 0, next = 0; i < labels.length; i++) {
    const root = sets.find(i);
    numbers[root] ||= ++next;
    labels[i] = numbers[root];
  }
  return ndarray(labels, [height, width]);
}
