import type { Random } from '../random.js';
import type { Scene } from './scene.js';

/** Where the augmented picture is taken from, and how bright. About the principal point: mirrored, scaled, turned, cut out. */
export interface Pose {
  flip: boolean;
  /** Above 1 the camera moves closer: all is larger, and its depth smaller by as much. */
  scale: number;
  /** Radians, counter-clockwise as the picture is looked at. */
  rotation: number;
  /** Column and row of the transformed picture, in its pixels, at which the cut-out begins. */
  left: number;
  top: number;
  /** Factors of red, green and blue. */
  gain: readonly [number, number, number];
}

export interface PoseRanges {
  /** @default [1, 1.5] */
  scale?: readonly [number, number];
  /** Degrees to either side. @default 5 */
  rotation?: number;
  /** @default 0.5 */
  flipProbability?: number;
  /** @default [0.8, 1.2] */
  gain?: readonly [number, number];
}

/**
 * Draws the augmentation of Eigen, Puhrsch, Fergus: Depth map prediction from a single image using a multi-scale deep
 * network, NIPS 2014. The cut-out lies anywhere in the scaled picture; turning may bring in some of what is outside it.
 *
 * @param size of the cut-out, at most that of the scene
 */
export function randomPose(
  { image, camera }: Scene,
  size: { height: number; width: number },
  random: Random,
  { scale: scales = [1, 1.5], rotation = 5, flipProbability = 0.5, gain = [0.8, 1.2] }: PoseRanges = {},
): Pose {
  const [height, width] = image.shape;
  const flip = random.chance(flipProbability);
  const scale = random.uniform(...scales);
  const leftOfCentre = flip ? width - 1 - camera.cx : camera.cx;
  return {
    flip,
    scale,
    rotation: (random.uniform(-rotation, rotation) * Math.PI) / 180,
    left: camera.cx - scale * leftOfCentre + random.uniform(0, Math.max(scale * (width - 1) - (size.width - 1), 0)),
    top: camera.cy - scale * camera.cy + random.uniform(0, Math.max(scale * (height - 1) - (size.height - 1), 0)),
    gain: [random.uniform(...gain), random.uniform(...gain), random.uniform(...gain)],
  };
}

/** The middle of the picture as it is: what is tested on. */
export function centrePose({ image }: Scene, size: { height: number; width: number }): Pose {
  const [height, width] = image.shape;
  const [left, top] = [Math.floor((width - size.width) / 2), Math.floor((height - size.height) / 2)];
  return { flip: false, scale: 1, rotation: 0, left, top, gain: [1, 1, 1] };
}
