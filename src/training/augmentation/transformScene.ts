import ndarray from 'ndarray';
import type { Pixels } from '../../images/raster.js';
import type { Window } from '../../images/readWindow.js';
import { writeWindow } from '../../images/writeWindow.js';
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
 * The scene as another camera pose would have seen it, so that image, depth and normals still agree. Seen s times larger, depth is divided
 * by s, and normals are multiplied by s in z and made unit length again. Rotated, normals rotate in x and y. Mirrored, x changes its sign.
 * Normals computed from the transformed depth are the transformed normals.
 *
 * Pictures are interpolated between four pixels, depth (as 1 / depth, which is exact on planes) and normals between those
 * of the four that lie on the same surface, labels not at all. What lies outside of the scene is unknown in depth,
 * normals and labels, and the nearest border pixel in the picture. What is hidden is grey in the picture, and known all the same.
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
  const [sceneHeight, sceneWidth] = scene.image.shape;
  const source = inverse(scene, pose);
  const turn = turnOf(pose);

  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const inside = locate(taps, sceneHeight, sceneWidth, source.x(x, y), source.y(x, y));
      for (let c = 0; c < 3; c++) {
        image.data[3 * i + c] = pose.gain[c] * interpolated(scene.image.data, taps, 3, c) ** pose.gamma;
      }
      if (!inside) continue;
      if (depth) depth.data[i] = depthAt(scene.depth!.data, taps) / pose.scale;
      if (normals) transformNormal(scene.normals!.data, taps, turn, normals.data, 3 * i);
      if (labels) labels.data[i] = scene.labels!.data[taps.at[0]];
    }
  }
  if (pose.hidden) writeWindow({ pixels: image }, pose.hidden, grey(pose.hidden));
  return {
    image,
    depth,
    normals,
    labels,
    camera: { ...camera, cx: camera.cx - pose.left, cy: camera.cy - pose.top, width },
  };
}

/** What hides something: neither bright nor dark. */
function grey({ height, width }: Window): Pixels {
  const pixels = empty(height, width, 3);
  pixels.data.fill(0.5);
  return pixels;
}

const empty = (height: number, width: number, channels: number): Pixels =>
  ndarray(new Float32Array(height * width * channels), [height, width, channels]);

/** From a pixel of the result to the point of the scene that it shows. Turned in units of the focal lengths. */
function inverse({ camera: { fx, fy, cx, cy } }: Scene, { flip, scale, rotation, left, top }: Pose) {
  const cos = Math.cos(rotation) / scale;
  const sin = Math.sin(rotation) / scale;
  const mirror = flip ? -1 : 1;
  return {
    x: (x: number, y: number) => cx + fx * mirror * ((cos * (x + left - cx)) / fx - (sin * (y + top - cy)) / fy),
    y: (x: number, y: number) => cy + fy * ((sin * (x + left - cx)) / fx + (cos * (y + top - cy)) / fy),
  };
}

/** Finds the taps about a point, at the border if it lies outside. Returns whether it lies inside. */
function locate({ at, weight }: Taps, height: number, width: number, x: number, y: number): boolean {
  const insideX = Math.min(Math.max(x, 0), width - 1);
  const insideY = Math.min(Math.max(y, 0), height - 1);
  const nearX = Math.round(insideX);
  const nearY = Math.round(insideY);
  const farX = Math.min(Math.max(insideX < nearX ? nearX - 1 : nearX + 1, 0), width - 1);
  const farY = Math.min(Math.max(insideY < nearY ? nearY - 1 : nearY + 1, 0), height - 1);
  const right = Math.abs(insideX - nearX);
  const down = Math.abs(insideY - nearY);
  at[0] = nearY * width + nearX;
  at[1] = nearY * width + farX;
  at[2] = farY * width + nearX;
  at[3] = farY * width + farX;
  weight[0] = (1 - right) * (1 - down);
  weight[1] = right * (1 - down);
  weight[2] = (1 - right) * down;
  weight[3] = right * down;
  return Math.abs(x - insideX) < 0.5 && Math.abs(y - insideY) < 0.5;
}

function interpolated(data: Float32Array, { at, weight }: Taps, channels: number, c: number): number {
  let sum = 0;
  for (let t = 0; t < 4; t++) sum += weight[t] * data[at[t] * channels + c];
  return sum;
}

function depthAt(data: Float32Array, { at, weight }: Taps): number {
  const nearest = data[at[0]];
  if (!(nearest > 0)) return 0;
  let sum = 0;
  let weights = 0;
  for (let t = 0; t < 4; t++) {
    const depth = data[at[t]];
    if (Math.abs(depth - nearest) > SAME_DEPTH * nearest) continue;
    sum += weight[t] / depth;
    weights += weight[t];
  }
  return weights / sum;
}

/** Writes the normal at the taps, as the new pose sees it, to `to` from `i`; 0, 0, 0 where unknown. */
function transformNormal(data: Float32Array, { at, weight }: Taps, turn: Turn, to: Float32Array, i: number): void {
  const nearest = 3 * at[0];
  let x = 0;
  let y = 0;
  let z = 0;
  for (let t = 0; t < 4; t++) {
    const tap = 3 * at[t];
    const cosine = data[tap] * data[nearest] + data[tap + 1] * data[nearest + 1] + data[tap + 2] * data[nearest + 2];
    if (cosine < SAME_COSINE) continue;
    x += weight[t] * data[tap];
    y += weight[t] * data[tap + 1];
    z += weight[t] * data[tap + 2];
  }
  x *= turn.mirror;
  z *= turn.scale;
  const length = Math.sqrt(x * x + y * y + z * z) || 1;
  to[i] = (turn.cos * x - turn.sin * y) / length;
  to[i + 1] = (turn.sin * x + turn.cos * y) / length;
  to[i + 2] = z / length;
}

/** What a pose does to a normal. */
interface Turn {
  mirror: 1 | -1;
  scale: number;
  cos: number;
  sin: number;
}

const turnOf = ({ flip, scale, rotation }: Pose): Turn => ({
  mirror: flip ? -1 : 1,
  scale,
  cos: Math.cos(rotation),
  sin: Math.sin(rotation),
});
