import * as z from 'zod';
import * as tf from '../core/tf.js';
import { localContrast } from './layers/localContrast.js';
import * as nn from './layers/shorthand.js';
import { toYuv } from './layers/toYuv.js';
import { defineNetwork } from './network.js';

const options = z.strictObject({
  /** Scales that the trunk sees: the photo, its half, its quarter. @default 3 */
  scales: z.literal([1, 2, 3]).default(3),
  /** The first stage has one linear layer on the trunk; the second, which follows it, a hidden layer of 1024. @default 'hidden' */
  head: z.enum(['linear', 'hidden']).default('hidden'),
  /** @default 11 */
  classes: z.int().positive().default(11),
  /** Of local contrast normalisation, odd. @default 15 */
  window: z
    .int()
    .min(3)
    .refine((side) => side % 2 === 1, 'must be odd')
    .default(15),
  /** Multiplies the number of all maps. @default 1 */
  width: z.number().positive().default(1),
});

/** What of farabet can be chosen. */
export type FarabetOptions = z.input<typeof options>;

/**
 * Scene parsing by one convolutional network that sees three scales of a photo with the same weights.
 * Farabet, Couprie, Najman, LeCun: Learning hierarchical features for scene labeling, PAMI 2013.
 *
 *     photo -> YUV -> Laplacian pyramid, each level normalised -> [16 7x7 tanh, pool 2, 64 7x7 tanh, pool 2, 256 7x7] of each, one set of
 *     weights -> all at the finest one's size, 768 maps -> 1024 tanh -> classes
 *
 * Input `image` `[batch, height, width, 3]`, 0..1, sizes that are multiples of 16. Output `labels` `[batch, height / 4, width / 4, classes]`,
 * logits. The trunk has 855,680 parameters, the classifier 787,456 and 1,025 a class.
 *
 * Trained in two stages, `head: 'linear'` first; the second leaves the trunk as it is. Differs from the paper: every map sees all maps below it;
 * the borders are zeros; a level of the pyramid is the mean of 2x2 pixels.
 */
export const farabet = defineNetwork({
  name: 'farabet',
  options,
  build({ scales, head, classes, window, width }) {
    const maps = (count: number) => Math.max(2, Math.round(count * width));
    const image = tf.input({ shape: [null, null, 3], name: 'image' });
    const trunk = trunkOf(maps);
    const levels = laplacianPyramid(toYuv(image), scales).map((level) => trunk(localContrast(level, { window })));
    const features = levels.map((level, i) => (i === 0 ? level : nn.enlarge(level, 2 ** i, 'nearest')));
    const seen = nn.concat(features);
    const hidden = head === 'hidden' ? nn.conv(seen, maps(1024), 1, { activation: 'tanh', name: 'hidden' }) : seen;
    return tf.model({ inputs: image, outputs: nn.conv(hidden, classes, 1, { name: 'labels' }), name: 'farabet' });
  },
  geometry: ({ scales }) => ({ stride: 2 ** (1 + scales), receptiveRadius: Number.MAX_SAFE_INTEGER }),
  // Four pixels an answer; of the two in their middle, the second.
  grid: () => ({ offset: 2, step: 4 }),
  stage: ({ head, ...rest }) =>
    head === 'hidden' ? { after: { ...rest, head: 'linear' as const }, trains: ['hidden', 'labels'] } : undefined,
  tasks: { labels: {} },
});

/** The trunk, whose layers have one set of weights however often it is applied. */
function trunkOf(maps: (count: number) => number): (x: nn.Value) => nn.Value {
  const conv = (name: string, filters: number, activation: 'tanh' | 'linear') =>
    tf.layers.conv2d({ filters, kernelSize: 7, padding: 'same', activation, name });
  const layers = [
    conv('trunk1', maps(16), 'tanh'),
    tf.layers.maxPooling2d({ poolSize: 2, strides: 2 }),
    conv('trunk2', maps(64), 'tanh'),
    tf.layers.maxPooling2d({ poolSize: 2, strides: 2 }),
    conv('trunk3', maps(256), 'linear'),
  ];
  return (x) => layers.reduce((value, layer) => layer.apply(value) as nn.Value, x);
}

/**
 * What each halving of a picture loses, and at last what is left: in sum, enlarged again, they are the picture.
 * Burt, Adelson: The Laplacian pyramid as a compact image code, IEEE Trans. Communications 1983; here by means of 2x2 pixels.
 *
 * @param x of sides that are multiples of `2 ** (levels - 1)`
 * @returns the finest first
 */
export function laplacianPyramid(x: nn.Value, levels: number): nn.Value[] {
  if (levels === 1) return [x];
  const half = tf.layers.averagePooling2d({ poolSize: 2, strides: 2 }).apply(x) as nn.Value;
  const lost = nn.add([x, nn.multiply(nn.enlarge(half, 2, 'nearest'), -1)]);
  return [lost, ...laplacianPyramid(half, levels - 1)];
}
