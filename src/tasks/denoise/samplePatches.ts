import type { NdArray } from 'ndarray';
import type { Samples } from '../../images/raster.js';
import { MIN_PATCHES, SAMPLES, SIDE } from './patchSize.js';

/** A patch may touch the darkest or brightest value this many times. */
const MAX_EXTREMES = 4;

export interface SamplePatchesOptions {
  /** The samples are multiplied by it. */
  scale: number;
  maxPatches: number;
  /** A sample of a patch is the mean of a square of so many pixels each way. */
  cell: number;
}

/**
 * Patches of a plane `[h, w]` on a regular grid, row-major. Those that keep touching black or white, where noise is cut
 * off, are left out, unless too few would be left.
 */
export function samplePatches(plane: NdArray<Samples>, options: SamplePatchesOptions): Float32Array[] {
  return withoutExtremes(onGrid(plane, options));
}

function onGrid(
  { data, shape, stride, offset }: NdArray<Samples>,
  { scale, maxPatches, cell }: SamplePatchesOptions,
): Float32Array[] {
  const [height, width] = shape;
  const side = SIDE * cell;
  const positions = Math.max(0, height - side + 1) * Math.max(0, width - side + 1);
  const step = Math.max(1, Math.ceil(Math.sqrt(positions / maxPatches)));
  const patches: Float32Array[] = [];
  for (let y = 0; y + side <= height; y += step) {
    for (let x = 0; x + side <= width; x += step) {
      const patch = new Float32Array(SAMPLES);
      for (let dy = 0; dy < side; dy++) {
        const row = offset + (y + dy) * stride[0] + x * stride[1];
        const first = Math.floor(dy / cell) * SIDE;
        for (let dx = 0; dx < side; dx++) patch[first + Math.floor(dx / cell)] += data[row + dx * stride[1]];
      }
      patches.push(patch.map((sum) => (sum * scale) / cell ** 2));
    }
  }
  return patches;
}

function withoutExtremes(patches: Float32Array[]): Float32Array[] {
  let darkest = Number.POSITIVE_INFINITY;
  let brightest = Number.NEGATIVE_INFINITY;
  for (const patch of patches) {
    for (const value of patch) {
      if (value < darkest) darkest = value;
      if (value > brightest) brightest = value;
    }
  }
  const inside = patches.filter((patch) => {
    let extremes = 0;
    for (const value of patch) if (value === darkest || value === brightest) extremes++;
    return extremes <= MAX_EXTREMES;
  });
  return inside.length >= MIN_PATCHES ? inside : patches;
}
