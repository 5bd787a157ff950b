import { halved, type Plane } from './plane.js';

/** Where each pixel of one picture is in another: at `(x + right, y + down)`, in pixels. */
export interface Flow {
  right: Float32Array;
  down: Float32Array;
  width: number;
  height: number;
}

export interface OpticalFlowOptions {
  /**
   * Standard deviation of what the pictures differ by beside motion, in their own units: gradients that are no stronger say nothing of
   * motion. @default 2 / 255
   */
  noise?: number;
}

const PATCH = 8;
const STRIDE = 4;
const STEPS = 8;
/** Squared pixels: a shorter step is the last one. */
const SHORTEST_STEP = 1e-3;
/** A patch that fits nearly as well where it is has not moved: times the error, and parts of the noise's variance. */
const AS_WELL = { times: 1.1, noise: 0.25 };
/** The smallest level has at least this many pixels each way. */
const LEAST_SIDE = 24;

/**
 * Dense optical flow, from coarse to fine: patches of 8 x 8 pixels find their place in the other picture by Gauss-Newton steps, beginning
 * where the coarser level found them. Each pixel takes the mean of the patches over it, weighted by how well they fit.
 *
 * Kroeger, Timofte, Dai, Van Gool: Fast optical flow using dense inverse search, ECCV 2016. Differs: no variational refinement. Steps are
 * damped by the noise, so that a patch without texture stays where the coarser level put it. A patch that fits nearly as well where it is
 * stands still, bit for bit.
 *
 * @param from,to brightness in 0..1, one channel, of one size
 */
export function opticalFlow(from: Plane, to: Plane, { noise = 2 / 255 }: OpticalFlowOptions = {}): Flow {
  const levels = [{ from, to }];
  while (Math.min(levels[0].from.width, levels[0].from.height) >= 2 * LEAST_SIDE) {
    levels.unshift({ from: halved(levels[0].from), to: halved(levels[0].to) });
  }
  let flow: Flow | undefined;
  for (const level of levels) {
    const { width, height } = level.from;
    const start = flow ? doubled(flow, width, height) : still(width, height);
    flow = patchFlow(level.from, level.to, start, noise);
  }
  return flow!;
}

function still(width: number, height: number): Flow {
  return { right: new Float32Array(width * height), down: new Float32Array(width * height), width, height };
}

/** The flow of pictures of twice the size. */
export function doubled(flow: Flow, width: number, height: number): Flow {
  const larger = still(width, height);
  for (let y = 0, i = 0; y < height; y++) {
    const sy = Math.min(flow.height - 1, Math.max(0, (y - 0.5) / 2));
    const y0 = Math.floor(sy);
    const y1 = Math.min(flow.height - 1, y0 + 1);
    const fy = sy - y0;
    for (let x = 0; x < width; x++, i++) {
      const sx = Math.min(flow.width - 1, Math.max(0, (x - 0.5) / 2));
      const x0 = Math.floor(sx);
      const x1 = Math.min(flow.width - 1, x0 + 1);
      const fx = sx - x0;
      const a = y0 * flow.width + x0;
      const b = y0 * flow.width + x1;
      const c = y1 * flow.width + x0;
      const d = y1 * flow.width + x1;
      const [wa, wb, wc, wd] = [(1 - fy) * (1 - fx), (1 - fy) * fx, fy * (1 - fx), fy * fx];
      larger.right[i] = 2 * (wa * flow.right[a] + wb * flow.right[b] + wc * flow.right[c] + wd * flow.right[d]);
      larger.down[i] = 2 * (wa * flow.down[a] + wb * flow.down[b] + wc * flow.down[c] + wd * flow.down[d]);
    }
  }
  return larger;
}

function patchFlow(from: Plane, to: Plane, start: Flow, noise: number): Flow {
  const { width, height } = from;
  const flow = still(width, height);
  const weights = new Float32Array(width * height);
  const patchWidth = Math.min(PATCH, width);
  const patchHeight = Math.min(PATCH, height);
  const size = patchWidth * patchHeight;
  const template = new Float32Array(size);
  const slopeX = new Float32Array(size);
  const slopeY = new Float32Array(size);
  const errors = new Float32Array(size);
  const damping = 2 * size * noise * noise;
  const floor = noise;

  for (const top of starts(height, patchHeight)) {
    for (const left of starts(width, patchWidth)) {
      let [xx, xy, yy] = [damping, 0, damping];
      for (let y = 0, k = 0; y < patchHeight; y++) {
        const row = (top + y) * width;
        const above = Math.max(0, top + y - 1) * width;
        const below = Math.min(height - 1, top + y + 1) * width;
        for (let x = 0; x < patchWidth; x++, k++) {
          const column = left + x;
          template[k] = from.data[row + column];
          const gx = (from.data[row + Math.min(width - 1, column + 1)] - from.data[row + Math.max(0, column - 1)]) / 2;
          const gy = (from.data[below + column] - from.data[above + column]) / 2;
          slopeX[k] = gx;
          slopeY[k] = gy;
          xx += gx * gx;
          xy += gx * gy;
          yy += gy * gy;
        }
      }
      const determinant = xx * yy - xy * xy;
      const middle = (top + (patchHeight >> 1)) * width + left + (patchWidth >> 1);
      const startX = start.right[middle];
      const startY = start.down[middle];
      let [u, v] = [startX, startY];
      const place = { left, top, patchWidth, patchHeight };
      const stillError = differences(to, template, errors, place);
      let [bestU, bestV, best] = [u, v, Number.POSITIVE_INFINITY];
      for (let step = 0; step < STEPS; step++) {
        const error = differences(to, template, errors, { left: left + u, top: top + v, patchWidth, patchHeight });
        if (error < best) [bestU, bestV, best] = [u, v, error];
        else if (step > 0 && error > 1.5 * best) break;
        let [bx, by] = [0, 0];
        for (let k = 0; k < size; k++) {
          bx += slopeX[k] * errors[k];
          by += slopeY[k] * errors[k];
        }
        const du = (yy * bx - xy * by) / determinant;
        const dv = (xx * by - xy * bx) / determinant;
        u -= du;
        v -= dv;
        if (Math.abs(u - startX) > PATCH || Math.abs(v - startY) > PATCH) break;
        if (du * du + dv * dv < SHORTEST_STEP) break;
      }
      if (stillError <= AS_WELL.times * best + AS_WELL.noise * noise * noise) [bestU, bestV] = [0, 0];
      differences(to, template, errors, { left: left + bestU, top: top + bestV, patchWidth, patchHeight });
      for (let y = 0, k = 0; y < patchHeight; y++) {
        const row = (top + y) * width + left;
        for (let x = 0; x < patchWidth; x++, k++) {
          const weight = 1 / Math.max(floor, Math.abs(errors[k]));
          weights[row + x] += weight;
          flow.right[row + x] += weight * bestU;
          flow.down[row + x] += weight * bestV;
        }
      }
    }
  }
  for (let i = 0; i < weights.length; i++) {
    flow.right[i] /= weights[i];
    flow.down[i] /= weights[i];
  }
  return flow;
}

/** Where patches begin along a side, so that they cover all of it. */
function starts(length: number, patch: number): number[] {
  const all: number[] = [];
  for (let at = 0; at < length - patch; at += STRIDE) all.push(at);
  all.push(length - patch);
  return all;
}

interface Place {
  left: number;
  top: number;
  patchWidth: number;
  patchHeight: number;
}

/**
 * Differences of a patch at a place between pixels from the template, less their mean: a change of light is no motion. Beyond the edges
 * the picture goes on as it ends.
 *
 * @returns mean of their squares
 */
function differences({ data, width, height }: Plane, template: Float32Array, into: Float32Array, place: Place): number {
  const { left, top, patchWidth, patchHeight } = place;
  const x0 = Math.floor(left);
  const y0 = Math.floor(top);
  const fx = left - x0;
  const fy = top - y0;
  const isInside = x0 >= 0 && y0 >= 0 && x0 + patchWidth < width && y0 + patchHeight < height;
  let sum = 0;
  for (let y = 0, k = 0; y < patchHeight; y++) {
    const above = Math.min(height - 1, Math.max(0, y0 + y)) * width;
    const below = Math.min(height - 1, Math.max(0, y0 + y + 1)) * width;
    for (let x = 0; x < patchWidth; x++, k++) {
      const near = isInside ? x0 + x : Math.min(width - 1, Math.max(0, x0 + x));
      const far = isInside ? near + 1 : Math.min(width - 1, Math.max(0, x0 + x + 1));
      const upper = data[above + near] + fx * (data[above + far] - data[above + near]);
      const lower = data[below + near] + fx * (data[below + far] - data[below + near]);
      into[k] = upper + fy * (lower - upper) - template[k];
      sum += into[k];
    }
  }
  const mean = sum / into.length;
  let squares = 0;
  for (let k = 0; k < into.length; k++) {
    into[k] -= mean;
    squares += into[k] * into[k];
  }
  return squares / into.length;
}
