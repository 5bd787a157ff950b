import * as z from 'zod';
import * as tf from '../core/tf.js';
import { jointNames } from '../geometry/personJoints.js';
import { heatmapEntropy } from '../losses/heatmapEntropy.js';
import { gaussianMaps } from './layers/gaussianMaps.js';
import { localContrast } from './layers/localContrast.js';
import { resizeTo } from './layers/resizeTo.js';
import * as nn from './layers/shorthand.js';
import { spatialModel } from './layers/spatialModel.js';
import { defineNetwork } from './network.js';
import { jointPyramid } from './poseNet.js';

const options = z.strictObject({
  /** What the joints are seen with: the paper's three banks, or the trunk and pyramid of pose-net. @default 'banks' */
  trunk: z.enum(['banks', 'efficientnet-lite']).default('banks'),
  /** A map a joint, or the joint's place as two numbers, which are then drawn as a map. @default 'heatmaps' */
  head: z.enum(['heatmaps', 'regression']).default('heatmaps'),
  /** Whether joints say where the others are; of heat maps only. @default true */
  spatial: z.boolean().default(true),
  /** Displacements between joints that are learnt: fewer than so many positions. @default 32 */
  reach: z.int().positive().default(32),
  /** Whether the maps of the detector are an output too, `parts`, which the loss is about as well; to train with. @default false */
  parts: z.boolean().default(false),
  /** Multiplies the number of all maps. @default 1 */
  width: z.number().positive().default(1),
});

/** What of tompson can be chosen. */
export type TompsonOptions = z.input<typeof options>;

/** Of local contrast normalisation. */
const WINDOW = 9;
/** Rows and columns that places are read from. */
const GRID = 8;

/**
 * A detector of joints, and a model of where they lie to each other, trained as one.
 * Tompson, Jain, LeCun, Bregler: Joint training of a convolutional network and a graphical model for human pose estimation, NIPS 2014.
 *
 *     photo, its half, its quarter, each normalised -> [64 5x5 / 2, pool 2, 128 5x5, pool 2, 256 5x5, 512 9x9] of each, weights of its own
 *     -> all at the finest one's size, their mean -> 512 9x9 -> a map a joint, linear, 9x9 -> spatial model
 *
 * Input `image` `[batch, height, width, 3]`, 0..1, sizes that are multiples of 32. Output `heatmaps`, logits in the order of `jointNames`,
 * `[batch, height / 8, width / 8, 14]`, with the other trunk of a quarter of the size: their softmax over all positions is the
 * probability that the joint is there.
 *
 * `head: 'regression'` is the baseline, 2 numbers a joint from full layers: Toshev, Szegedy: DeepPose, CVPR 2014, its first stage.
 *
 * Differs from the paper: cross-entropy over positions for the squared error, for the detector and the whole alike, in one stage; no maps of
 * the face that speak to themselves.
 */
export const tompson = defineNetwork({
  name: 'tompson',
  options,
  build({ trunk, head, spatial, reach, parts, width }) {
    const image = tf.input({ shape: [null, null, 3], name: 'image' });
    const maps = (count: number) => Math.max(4, Math.round(count * width));
    const seen = trunk === 'banks' ? banks(image, maps) : jointPyramid(image, { version: 0, width });
    const isLast = !spatial || head === 'regression';
    if (head === 'regression') {
      const few = nn.conv(seen, maps(64), 1, { activation: 'relu', name: 'few' });
      const hidden = nn.full(nn.flatten(resizeTo(few, [GRID, GRID])), maps(1024), { activation: 'relu', name: 'full' });
      const places = nn.full(hidden, 2 * jointNames.length, { activation: 'sigmoid', name: 'places' });
      const maps2 = gaussianMaps(nn.reshape(places, [1, 1, 2 * jointNames.length]), seen, 'heatmaps');
      return tf.model({ inputs: image, outputs: maps2, name: 'tompson' });
    }
    const kernel = trunk === 'banks' ? 9 : 1;
    const detected = nn.conv(seen, jointNames.length, kernel, { padding: 'same', name: isLast ? 'heatmaps' : 'parts' });
    if (isLast) return tf.model({ inputs: image, outputs: detected, name: 'tompson' });
    const heatmaps = spatialModel(detected, { reach, name: 'heatmaps' });
    return tf.model({ inputs: image, outputs: parts ? [heatmaps, detected] : heatmaps, name: 'tompson' });
  },
  geometry: () => ({ stride: 32, receptiveRadius: Number.MAX_SAFE_INTEGER }),
  // Of the middle two of the pixels of an answer, the second.
  grid: ({ trunk }) => (trunk === 'banks' ? { offset: 4, step: 8 } : { offset: 2, step: 4 }),
  training: { parts: true },
  loss: ({ heatmaps, parts }, { targets }) => {
    const loss = heatmapEntropy(heatmaps, targets.heatmaps);
    return parts ? (loss.add(heatmapEntropy(parts, targets.heatmaps)) as tf.Scalar) : loss;
  },
  tasks: { pose: {} },
});

function banks(image: nn.Value, maps: (count: number) => number): nn.Value {
  const same = (filters: number, name: string, strides = 1) =>
    ({ filters: maps(filters), args: { strides, padding: 'same', activation: 'relu', name } }) as const;
  const bank = (scale: number): nn.Value => {
    const picture = scale === 1 ? image : tf.layers.averagePooling2d({ poolSize: scale, strides: scale }).apply(image);
    let x = localContrast(picture as nn.Value, { window: WINDOW });
    const layers = [
      { ...same(64, `bank${scale}_1`, 2), kernel: 5, pooled: true },
      { ...same(128, `bank${scale}_2`), kernel: 5, pooled: true },
      { ...same(256, `bank${scale}_3`), kernel: 5, pooled: false },
      { ...same(512, `bank${scale}_4`), kernel: 9, pooled: false },
    ];
    for (const { filters, kernel, args, pooled } of layers) {
      x = nn.conv(x, filters, kernel, args);
      if (pooled) x = nn.maxPool(x, 2, 2);
    }
    return scale === 1 ? x : nn.enlarge(x, scale, 'nearest');
  };
  const sum = nn.multiply(nn.add([1, 2, 4].map(bank)), 1 / 3);
  const { filters, args } = same(512, 'joined');
  return nn.conv(sum, filters, 9, args);
}
