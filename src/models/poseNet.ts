import * as z from 'zod';
import * as tf from '../core/tf.js';
import { jointNames } from '../geometry/personJoints.js';
import * as nn from './layers/shorthand.js';
import { defineNetwork } from './network.js';
import { efficientnetLiteStages } from './trunks/efficientnetLite.js';

const options = z.strictObject({
  /** Version of the EfficientNet-Lite that the pyramid stands on. @default 0 */
  version: z.literal([0, 1, 2]).default(0),
  /** Multiplies the number of all maps. @default 1 */
  width: z.number().positive().default(1),
});

/** What of poseNet can be chosen. */
export type PoseNetOptions = z.input<typeof options>;

/** The stages of the trunk that end at 1/32, 1/16, 1/8 and 1/4 of the picture, and the maps of the pyramid there. */
const levels = [
  { stage: 7, maps: 128 },
  { stage: 5, maps: 128 },
  { stage: 3, maps: 96 },
  { stage: 2, maps: 64 },
] as const;

/**
 * Where the joints of one person are: a trunk and a feature pyramid, one map a joint.
 * Xiao, Wu, Wei: Simple baselines for human pose estimation and tracking, ECCV 2018; Lin et al.: Feature pyramid networks for object
 * detection, CVPR 2017.
 *
 * Input `image` `[batch, height, width, 3]`, 0..1, sizes that are multiples of 32; the shipped weights learnt from 160x160 with
 * the person some 125 pixels long. Output `heatmaps` `[batch, height / 4, width / 4, 14]`, logits in the order of `jointNames`:
 * their softmax over all positions is the probability that the joint is there. 3.45 M parameters.
 *
 * Differs from the paper: the pyramid stands in for its three deconvolutions, and cross-entropy over positions for the squared error.
 */
export const poseNet = defineNetwork({
  name: 'pose-net',
  options,
  build({ version, width }) {
    const image = tf.input({ shape: [null, null, 3], name: 'image' });
    const seen = jointPyramid(image, { version, width });
    const heatmaps = nn.conv(seen, jointNames.length, 1, { name: 'heatmaps' });
    return tf.model({ inputs: image, outputs: heatmaps, name: 'poseNet' });
  },
  geometry: () => ({ stride: 32, receptiveRadius: Number.MAX_SAFE_INTEGER }),
  // Four pixels a position; of the two in their middle, the second.
  grid: () => ({ offset: 2, step: 4 }),
  tasks: { pose: {} },
});

/** What of a picture joints are told from, at a quarter of its size. */
export function jointPyramid(image: nn.Value, { version, width }: Required<PoseNetOptions>): nn.Value {
  const maps = (count: number) => Math.max(8, Math.round(count * width));
  const stages = efficientnetLiteStages(image, { version, width, normalisation: 'folded', name: 'trunk' });
  let x: nn.Value | undefined;
  for (const [index, { stage, maps: count }] of levels.entries()) {
    const name = `level${levels.length + 1 - index}`;
    const lateral = nn.conv(stages[stage - 1], maps(count), 1, { name: `${name}_lateral` });
    const above = x && nn.conv(nn.enlarge(x, 2, 'nearest'), maps(count), 1, { name: `${name}_above` });
    const both = nn.relu(above ? nn.add([lateral, above]) : lateral);
    x = nn.conv(both, maps(count), 3, { padding: 'same', activation: 'relu', name: `${name}_conv` });
  }
  return x!;
}
