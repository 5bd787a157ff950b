import ndarray, { type NdArray } from 'ndarray';
import { smallestEigenvector } from '../core/maths/smallestEigenvector.js';
import type { Pixels } from '../images/raster.js';

/** A pinhole camera: focal lengths and principal point, in pixels of a frame of `width`. */
export interface Intrinsics {
  fx: number;
  fy: number;
  cx: number;
  cy: number;
  width: number;
}

/** The depth camera of NYU Depth v2. */
export const nyuCamera: Intrinsics = {
  fx: 518.85790117450188,
  fy: 519.46961112127485,
  cx: 325.58244941119034,
  cy: 253.73616633400465,
  width: 640,
};

export interface PlaneNormalsOptions {
  /** Side of the square window, odd, in pixels. @default 31 */
  window?: number;
  /** Width of a bin of log depth; points two bins from the centre's depth do not count. @default 0.08 */
  binWidth?: number;
  /** @default the depth camera of NYU Depth v2 */
  camera?: Intrinsics;
}

/** Normals of planes fitted to measured depth, and where there are any. */
export interface PlaneNormals {
  /** Unit vectors `[h, w, 3]`: x right, y up, z to the viewer; a wall faced squarely is 0, 0, 1. */
  normals: Pixels;
  /** `[h, w]`, 1 where a plane could be fitted: depth is known, enough points of like depth, the window inside. */
  valid: NdArray<Uint8Array>;
}

/** Weight, point, and the upper triangle of point times point: xx xy xz yy yz zz. */
const MOMENTS = 10;

/**
 * Surface normals from depth by least-squares planes over a window, over points of like depth only (weights fall to 0
 * at 16 % from the centre's), so that a plane never bridges an edge. Depth is cut into bins of its logarithm; every
 * bin's moments are box sums, and a pixel blends the two bins it lies between: the cost does not grow with the window.
 *
 * @param depth metres `[h, w]`, 0 where missing.
 */
export function planeNormals(
  depth: NdArray<Float32Array>,
  { window = 31, binWidth = 0.08, camera = nyuCamera }: PlaneNormalsOptions = {},
): PlaneNormals {
  const [height, width] = depth.shape;
  const size = height * width;
  const points = pointCloud(depth, camera);
  const bins = new Float64Array(size).fill(Number.NaN);
  /** By bin, the smallest rectangle of the pixels that read it. */
  const readers = new Map<number, Region>();
  for (let i = 0; i < size; i++) {
    const z = points[3 * i + 2];
    if (!(z > 0)) continue;
    bins[i] = Math.log(Math.max(z, 1e-3)) / binWidth;
    const below = Math.floor(bins[i]);
    for (const bin of [below, below + 1]) widen(readers, bin, Math.floor(i / width), i % width);
  }

  const moments = Array.from({ length: MOMENTS }, () => new Float64Array(size));
  const weighted = new Float64Array(size);
  const boxed = new Float64Array(size);
  const radius = (window - 1) / 2;
  for (const [bin, region] of readers) {
    const seen = grown(region, radius, height, width);
    for (let m = 0; m < MOMENTS; m++) {
      inRegion(seen, width, (i) => {
        const weight = 1 - Math.abs(bins[i] - bin) / 2;
        weighted[i] = weight > 0 ? weight * moment(points, i, m) : 0;
      });
      boxMeans(weighted, boxed, { region, seen, width, window });
      const sum = moments[m];
      inRegion(region, width, (i) => {
        const share = 1 - Math.abs(bins[i] - bin);
        if (share > 0) sum[i] += share * boxed[i];
      });
    }
  }

  const normals = new Float32Array(size * 3);
  const valid = new Uint8Array(size);
  for (let y = 0; y < height; y++) {
    const rowInside = y >= radius && y < height - radius;
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      if (!(points[3 * i + 2] > 0) || moments[0][i] === 0) continue;
      const inside = rowInside && x >= radius && x < width - radius;
      valid[i] = inside && moments[0][i] > 0.2 ? 1 : 0;
      const [a, b, c] = smallestEigenvector(covariance(moments, i));
      const facing = a * points[3 * i] + b * points[3 * i + 1] + c * points[3 * i + 2];
      // Towards the camera, then from the camera's axes (y down, z away) to the viewer's.
      const sign = facing > 0 ? -1 : 1;
      normals.set([sign * a, -sign * b, -sign * c], 3 * i);
    }
  }
  return { normals: ndarray(normals, [height, width, 3]), valid: ndarray(valid, [height, width]) };
}

/** Metres in the camera's axes, x right, y down, z away, `[h * w * 3]`. */
function pointCloud(depth: NdArray<Float32Array>, camera: Intrinsics): Float64Array {
  const [height, width] = depth.shape;
  const scale = width / camera.width;
  const points = new Float64Array(height * width * 3);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const z = depth.get(y, x);
      points[i++] = ((x - camera.cx * scale) / (camera.fx * scale)) * z;
      points[i++] = ((y - camera.cy * scale) / (camera.fy * scale)) * z;
      points[i++] = z;
    }
  }
  return points;
}

const FIRST_FACTOR = [0, 0, 0, 0, 0, 0, 0, 1, 1, 2];
const SECOND_FACTOR = [0, 0, 0, 0, 0, 1, 2, 1, 2, 2];

function moment(points: Float64Array, i: number, m: number): number {
  if (m === 0) return 1;
  if (m < 4) return points[3 * i + m - 1];
  return points[3 * i + FIRST_FACTOR[m]] * points[3 * i + SECOND_FACTOR[m]];
}

/** xx xy xz yy yz zz. */
function covariance(moments: Float64Array[], i: number): [number, number, number, number, number, number] {
  const n = Math.max(moments[0][i], 1e-9);
  const [x, y, z] = [moments[1][i] / n, moments[2][i] / n, moments[3][i] / n];
  return [
    moments[4][i] / n - x * x,
    moments[5][i] / n - x * y,
    moments[6][i] / n - x * z,
    moments[7][i] / n - y * y,
    moments[8][i] / n - y * z,
    moments[9][i] / n - z * z,
  ];
}

/** Rows and columns of a picture, the last of each among them. */
interface Region {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

function widen(regions: Map<number, Region>, key: number, y: number, x: number): void {
  const region = regions.get(key);
  if (!region) {
    regions.set(key, { top: y, bottom: y, left: x, right: x });
    return;
  }
  // Pixels come row by row.
  region.bottom = y;
  if (x < region.left) region.left = x;
  if (x > region.right) region.right = x;
}

const grown = ({ top, bottom, left, right }: Region, radius: number, height: number, width: number): Region => ({
  top: Math.max(top - radius, 0),
  bottom: Math.min(bottom + radius, height - 1),
  left: Math.max(left - radius, 0),
  right: Math.min(right + radius, width - 1),
});

function inRegion({ top, bottom, left, right }: Region, width: number, f: (i: number) => void): void {
  for (let y = top; y <= bottom; y++) {
    for (let i = y * width + left; i <= y * width + right; i++) f(i);
  }
}

/**
 * Means over a square window at the pixels of `region`; outside of `seen`, which is the region and all that its windows
 * cover of the picture, everything is zero. Running sums along the rows, then down the columns. Unlike `boxMean` it goes no
 * further than the region, of which there are hundreds a picture, and what lies outside the picture counts as zero.
 */
function boxMeans(
  from: Float64Array,
  to: Float64Array,
  { region, seen, width, window }: { region: Region; seen: Region; width: number; window: number },
): void {
  const radius = (window - 1) / 2;
  const { top, bottom, left, right } = region;
  const rows = new Float64Array(from.length);
  for (let y = seen.top; y <= seen.bottom; y++) {
    const row = y * width;
    let sum = 0;
    for (let x = seen.left; x < left + radius && x <= seen.right; x++) sum += from[row + x];
    for (let x = left; x <= right; x++) {
      if (x + radius <= seen.right) sum += from[row + x + radius];
      rows[row + x] = sum;
      if (x - radius >= seen.left) sum -= from[row + x - radius];
    }
  }
  const sums = new Float64Array(width);
  for (let y = seen.top; y < top + radius && y <= seen.bottom; y++) {
    for (let x = left; x <= right; x++) sums[x] += rows[y * width + x];
  }
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      if (y + radius <= seen.bottom) sums[x] += rows[(y + radius) * width + x];
      to[y * width + x] = sums[x] / (window * window);
      if (y - radius >= seen.top) sums[x] -= rows[(y - radius) * width + x];
    }
  }
}
