import ndarray from 'ndarray';
import type { Pixels } from '../../images/raster.js';
import type { Pose } from './pose.js';
import type { Scene } from './scene.js';

/** Depths that differ by more than this share belong to different things, and so do normals of a smaller cosine. */
const SAME_DEPTH = 0.1;
const SAME_COSINE = 0.8;

/** The four pixels about a point, the nearest one first, and their bilinear weights. */
interface Taps {
  at: Int32Array;
  weight: Float64Array;
}

/**
 * The scene as another camera pose would have seen it, so that image, depth and normals still agree: seen s times larger,
 * depth is divided by s, and normals are multiplied by s in z and made unit length again; turned, normals turn in x
 * and y; mirrored, x changes its sign. Normals computed from the transformed depth are the transformed normals.
 *
 * Pictures are interpolated between four pixels, depth (as 1 / depth, which is exact on planes) and normals between those
 * of the four that lie on the same surface, labels not at all. What lies outside of the scene is unknown in depth,
 * normals and labels, and the nearest border pixel in the picture.
 *
 * @returns a scene of the given size; its camera's principal point has moved with the cut-out
 */
export function transformScene(scene: Scene, pose: Pose, size: { height: number; width: number }): Scene {
  const { height, width } = size;
  const { camera } = scene;
  const image = empty(height, width, 3);
  const depth = scene.depth && empty(height, width, 1);
  const normals = scene.normals && empty(height, width, 3);
  const labels = scene.labels && empty(height, width, 1);
  const taps: Taps = { at: new Int32Array(4), weight: new Float64Array(4) };
  const sourceOf = inverse(scene, pose);

  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const inside = locate(taps, scene.image.shape, sourceOf(x, y));
      for (let c = 0; c < 3; c++) image.data[3 * i + c] = pose.gain[c] * interpolated(scene.image, taps, c);
      if (!inside) continue;
      if (depth) depth.data[i] = depthAt(scene.depth!, taps) / pose.scale;
      if (normals) normals.data.set(transformedNormal(normalAt(scene.normals!, taps), pose), 3 * i);
      if (labels) labels.data[i] = scene.labels!.data[taps.at[0]];
    }
  }
  return {
    image,
    depth,
    normals,
    labels,
    camera: { ...camera, cx: camera.cx - pose.left, cy: camera.cy - pose.top, width },
  };
}

const empty = (height: number, width: number, channels: number): Pixels =>
  ndarray(new Float32Array(height * width * channels), [height, width, channels]);

/** From a pixel of the result to the point of the scene that it shows. Turned in units of the focal lengths. */
function inverse({ camera: { fx, fy, cx, cy } }: Scene, { flip, scale, rotation, left, top }: Pose) {
  const [cos, sin] = [Math.cos(rotation) / scale, Math.sin(rotation) / scale];
  const mirror = flip ? -1 : 1;
  return (x: number, y: number): [number, number] => {
    const [dx, dy] = [(x + left - cx) / fx, (y + top - cy) / fy];
    return [cx + fx * mirror * (cos * dx - sin * dy), cy + fy * (sin * dx + cos * dy)];
  };
}

/** Finds the taps about a point, at the border if it lies outside. Returns whether it lies inside. */
function locate(taps: Taps, [height, width]: number[], [x, y]: [number, number]): boolean {
  const [cx, cy] = [Math.min(Math.max(x, 0), width - 1), Math.min(Math.max(y, 0), height - 1)];
  const [nearX, nearY] = [Math.round(cx), Math.round(cy)];
  const farX = Math.min(Math.max(cx < nearX ? nearX - 1 : nearX + 1, 0), width - 1);
  const farY = Math.min(Math.max(cy < nearY ? nearY - 1 : nearY + 1, 0), height - 1);
  const [right, down] = [Math.abs(cx - nearX), Math.abs(cy - nearY)];
  taps.at.set([nearY * width + nearX, nearY * width + farX, farY * width + nearX, farY * width + farX]);
  taps.weight.set([(1 - right) * (1 - down), right * (1 - down), (1 - right) * down, right * down]);
  return Math.abs(x - cx) < 0.5 && Math.abs(y - cy) < 0.5;
}

function interpolated({ data, shape: [, , channels] }: Pixels, { at, weight }: Taps, c: number): number {
  let sum = 0;
  for (let t = 0; t < 4; t++) sum += weight[t] * data[at[t] * channels + c];
  return sum;
}

function depthAt({ data }: Pixels, { at, weight }: Taps): number {
  const nearest = data[at[0]];
  if (!(nearest > 0)) return 0;
  let [sum, weights] = [0, 0];
  for (let t = 0; t < 4; t++) {
    const depth = data[at[t]];
    if (Math.abs(depth - nearest) > SAME_DEPTH * nearest) continue;
    sum += weight[t] / depth;
    weights += weight[t];
  }
  return weights / sum;
}

/** Not of unit length; 0, 0, 0 where unknown. */
function normalAt({ data }: Pixels, { at, weight }: Taps): [number, number, number] {
  const sum: [number, number, number] = [0, 0, 0];
  const nearest = 3 * at[0];
  for (let t = 0; t < 4; t++) {
    const i = 3 * at[t];
    const cosine = data[i] * data[nearest] + data[i + 1] * data[nearest + 1] + data[i + 2] * data[nearest + 2];
    if (cosine < SAME_COSINE) continue;
    for (let c = 0; c < 3; c++) sum[c] += weight[t] * data[i + c];
  }
  return sum;
}

function transformedNormal([nx, ny, nz]: [number, number, number], { flip, scale, rotation }: Pose): number[] {
  const [cos, sin] = [Math.cos(rotation), Math.sin(rotation)];
  const x = flip ? -nx : nx;
  const turned = [cos * x - sin * ny, sin * x + cos * ny, scale * nz];
  const length = Math.hypot(...turned) || 1;
  return turned.map((v) => v / length);
}
