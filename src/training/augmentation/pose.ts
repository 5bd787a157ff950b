import type { Random } from '../../core/random.js';
import type { Window } from '../../images/readWindow.js';
import type { Scene } from './scene.js';

/**
 * Where the augmented picture is taken from, how bright, and what stands before it. About the principal point: mirrored,
 * scaled, turned, cut out.
 */
export interface Pose {
  flip: boolean;
  /** Above 1 the camera moves closer: all is larger, and its depth smaller by as much. */
  scale: number;
  /** Radians, counter-clockwise as the picture is looked at. */
  rotation: number;
  /** Column and row of the transformed picture, in its pixels, at which the cut-out begins. */
  left: number;
  top: number;
  /** Samples of the picture are raised to this. */
  gamma: number;
  /** Factors of red, green and blue, after that. */
  gain: readonly [number, number, number];
  /** What of the cut-out is hidden from view, in its pixels; the truth behind it stays. */
  hidden?: Window;
}

export interface PoseRanges {
  /** @default [1, 1.5] */
  scale?: readonly [number, number];
  /** Degrees to either side. @default 5 */
  rotation?: number;
  /** @default 0.5 */
  flipProbability?: number;
  /** Drawn on a logarithmic scale. @default [0.64, 1.56] */
  gamma?: readonly [number, number];
  /** @default [0.8, 1.2] */
  gain?: readonly [number, number];
  /** How often something is hidden. @default 0.5 */
  hideProbability?: number;
}

/** A scene as it is, from anywhere in it. */
export const STILL: PoseRanges = {
  scale: [1, 1],
  rotation: 0,
  flipProbability: 0,
  gamma: [1, 1],
  gain: [1, 1],
  hideProbability: 0,
};

/** Of what is hidden: its share of the cut-out's area, and of its width and height in relation to each other. */
const HIDDEN = { area: [0.02, 0.2], aspect: [0.4, 2.5] } as const;

/**
 * Draws the augmentation of Eigen, Puhrsch, Fergus: Depth map prediction from a single image using a multi-scale deep
 * network, NIPS 2014. The cut-out lies anywhere in the scaled picture; turning may bring in some of what is outside it.
 *
 * Differs from the paper: gamma; and a rectangle may be hidden, as in Zhong et al.: Random erasing data augmentation, AAAI 2020.
 *
 * @param size of the cut-out, at most that of the scene
 */
export function randomPose(
  { image, camera }: Scene,
  size: { height: number; width: number },
  random: Random,
  {
    scale: scales = [1, 1.5],
    rotation = 5,
    flipProbability = 0.5,
    gamma = [0.64, 1.56],
    gain = [0.8, 1.2],
    hideProbability = 0.5,
  }: PoseRanges = {},
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
    gamma: logarithmic(gamma, random),
    hidden: random.chance(hideProbability) ? hiddenWindow(size, random) : undefined,
  };
}

const logarithmic = ([low, high]: readonly [number, number], random: Random): number =>
  Math.exp(random.uniform(Math.log(low), Math.log(high)));

function hiddenWindow(size: { height: number; width: number }, random: Random): Window {
  const area = random.uniform(...HIDDEN.area) * size.height * size.width;
  const aspect = logarithmic(HIDDEN.aspect, random);
  const width = Math.min(Math.round(Math.sqrt(area * aspect)), size.width);
  const height = Math.min(Math.round(Math.sqrt(area / aspect)), size.height);
  return { x: random.integer(size.width - width + 1), y: random.integer(size.height - height + 1), width, height };
}
