import * as z from 'zod';
import type { Pixels, Raster } from '../images/raster.js';
import { wholeOf } from '../images/readWindow.js';
import type { Answer, HeldValues } from './answer.js';
import { drawSkeleton } from './drawSkeleton.js';

/** Where a joint is found, in pixels of the photo, the middle of the first one being 0, 0. */
export interface Joint {
  name: string;
  x: number;
  y: number;
  /** How much of the network's belief lies here, 0..1. */
  score: number;
}

/** The pose of one person. */
export interface Pose {
  /** In the order of `jointNames`. */
  joints: Joint[];
  /** The mean of the joints' scores: low where nobody is. */
  score: number;
  heatmaps: Heatmaps;
}

/** How likely each joint is where; position i, j is the photo's pixel `x + j step`, `y + i step`. */
export interface Heatmaps {
  /** `[rows, columns, joints]`; each joint's sum to 1. */
  values: Pixels;
  x: number;
  y: number;
  step: number;
}

/** What has to be known to show joints: the photo that they are of. */
export interface PhotoOfPose {
  photo: Raster;
}

/** Longer sides of pictures of poses, where the photo is no smaller. */
const LARGEST_PICTURE = 2048;

/** The joints of one person. Files: JSON `{ joints: [{ name, x, y, score }, ...], score, heatmaps: { x, y, step } }`; NPY of the heat maps. */
export const joints: Answer<Pose, PhotoOfPose> = {
  name: 'joints',
  formats: ['json', 'npy'],
  formatsHold: 'json, where each joint is, in pixels; npy, heat maps [rows, columns, 14]',

  encode(pose, { format }) {
    if (format === 'npy') return { pixels: pose.heatmaps.values, metadata: { format: 'npy', bitDepth: 32 } };
    return Buffer.from(`${JSON.stringify(plain(pose))}\n`);
  },

  async picture(pose, { photo }) {
    const { posePicture } = await import('./pictures/posePicture.js');
    return posePicture(pose, photo, LARGEST_PICTURE);
  },

  video: {
    options: z.object({}),
    layout: () => 'colour',
    hold: steadied,
    line: plain,
    picture(pose, _, { photo }) {
      return drawSkeleton(wholeOf(photo), pose);
    },
  },
};

/** As files hold it: to hundredths of a pixel. */
function plain({ joints: all, score, heatmaps: { x, y, step } }: Pose) {
  const rounded = (value: number, digits: number) => Number(value.toFixed(digits));
  return {
    joints: all.map((joint) => ({
      name: joint.name,
      x: rounded(joint.x, 2),
      y: rounded(joint.y, 2),
      score: rounded(joint.score, 4),
    })),
    score: rounded(score, 4),
    heatmaps: { x: rounded(x, 3), y: rounded(y, 3), step: rounded(step, 5) },
  };
}

/** A joint that moves by more than this share of the person's height from one frame to the next is believed at once. */
const JUMP = 0.15;

/**
 * Holds joints steady: each is the mean of its last places, weighted exponentially by their age and by their scores. One that moves
 * fast follows at once, so that nothing trails behind.
 *
 * @param memory frames that a joint which stands still is the mean of
 */
function steadied(memory: number): HeldValues<Pose> {
  let held: { x: number; y: number; weight: number }[] | undefined;
  const next = (pose: Pose): Pose => {
    const ys = pose.joints.map(({ y }) => y);
    const xs = pose.joints.map(({ x }) => x);
    const size = Math.max(Math.max(...ys) - Math.min(...ys), Math.max(...xs) - Math.min(...xs), 1);
    held = pose.joints.map(({ x, y, score }, i) => {
      const own = Math.max(score, 1e-3);
      const last = held?.[i];
      if (last === undefined) return { x, y, weight: own };
      const moved = Math.min(1, Math.hypot(x - last.x, y - last.y) / (JUMP * size));
      const kept = last.weight * (1 - 1 / memory) * (1 - moved);
      const weight = kept + own;
      return { x: (kept * last.x + own * x) / weight, y: (kept * last.y + own * y) / weight, weight };
    });
    return { ...pose, joints: pose.joints.map((joint, i) => ({ ...joint, x: held![i].x, y: held![i].y })) };
  };
  return { next };
}
