import * as z from 'zod';
import * as tf from '../core/tf.js';
import { normalDotProduct } from '../losses/normalDotProduct.js';
import { pixelwiseSoftmax } from '../losses/pixelwiseSoftmax.js';
import { scaleInvariantLogDepth } from '../losses/scaleInvariantLogDepth.js';
import { biasMap } from './layers/biasMap.js';
import { resizeTo } from './layers/resizeTo.js';
import * as nn from './layers/shorthand.js';
import { standardise } from './layers/standardise.js';
import { stopGradient } from './layers/stopGradient.js';
import { unitLength } from './layers/unitLength.js';
import { defineNetwork } from './network.js';
import { alexnet } from './trunks/alexnet.js';
import { efficientnetLite } from './trunks/efficientnetLite.js';
import { vgg16 } from './trunks/vgg16.js';

/** What eigenMultiscale can answer with. */
export type EigenOutput = (typeof eigenOutputs)[number];
const eigenOutputs = ['depth', 'normals', 'labels'] as const;

const options = z.strictObject({
  /** Depth and normals may share a network. @default ['depth'] */
  outputs: z.array(z.enum(eigenOutputs)).default(['depth']),
  /** The network of scale 1 that sees the whole picture. @default 'efficientnet-lite' */
  trunk: z.enum(['alexnet', 'vgg16', 'efficientnet-lite']).default('efficientnet-lite'),
  /** The paper's ablations. @default '1+2+3' */
  scales: z.enum(['1', '2', '1+2', '1+2+3']).default('1+2+3'),
  /** What scale 1 puts on its trunk: the paper's two full layers, or something of a megabyte. @default 'light' */
  head: z.enum(['full', 'light']).default('light'),
  /** Labels: whether depth and normals, true or predicted, are inputs of scale 2 too. @default false */
  withGeometry: z.boolean().default(false),
  /** Of the labels. @default 13 */
  classes: z.int().positive().default(13),
  /** `[height, width]` of the input. @default [228, 304] */
  size: z.tuple([z.int().positive(), z.int().positive()]).default([228, 304]),
  /** Multiplies the number of maps and hidden units. @default 1 */
  width: z.number().positive().default(1),
});

/** What of eigenMultiscale can be chosen. */
export type EigenMultiscaleOptions = z.input<typeof options>;
type Chosen = z.output<typeof options>;

/** What the depth layers' answers are multiplied by to be logarithms of metres. */
const DEPTH_SCALE = 0.45723;

const trunks = { alexnet, vgg16, 'efficientnet-lite': efficientnetLite };

/**
 * One architecture for depth, normals and labels: three scales, each refining the one before.
 * Eigen, Fergus: Predicting depth, surface normals and semantic labels with a common multi-scale convolutional
 * architecture, ICCV 2015 (arXiv 1411.4734), and the authors' code.
 *
 *     1: trunk -> full 4096 -> full 64x14x19 -> x4, cropped to 55x74 -----+
 *     2: 96 9x9/2, pool 3/2 ----------------------------------------------+-> 64 5x5, three times -> 5x5 = 55x74
 *     3: 64 9x9/2, pool 3/1, some of them the answer of scale 2 doubled -> 64 5x5, twice -> 5x5 = 109x147
 *
 * Inputs `image` `[batch, 228, 304, 3]`, 0..1, and with geometry `depth` (natural logarithm of metres) and `normals`.
 * Outputs `[batch, 109, 147, c]` (rows 11..227, columns 13..305 of the picture at 240x320; `[55, 74]` without scale 3):
 * `depth`, logarithm of metres; `normals`, unit vectors; `labels`, logits. Layers are named `scale1_...` to `scale3_...`:
 * scales 1 and 2 are trained first, then 3 with the others frozen.
 *
 * Parameters for depth with the full head: AlexNet 124.54 M, VGG-16 217.30 M; light, EfficientNet-Lite0: 3.75 M.
 *
 * Differs from the paper: the light head and its trunk are ours; scale 1 alone ends in a 5x5 convolution of its maps.
 */
export const eigenMultiscale = defineNetwork({
  name: 'eigen-multiscale',
  options,
  build(options) {
    const { outputs, scales, size, withGeometry, classes } = options;
    const channels = { depth: 1, normals: 3, labels: classes };
    const maps = mapsOf(options);
    const image = tf.input({ shape: [...size, 3], name: 'image' });
    const geometry = withGeometry
      ? [tf.input({ shape: [...size, 1], name: 'depth' }), tf.input({ shape: [...size, 3], name: 'normals' })]
      : [];
    const standard = standardise(image, { mean: [109.314 / 255], scale: 76.183 / 255 });

    /** The 5x5 convolutions that end a scale. The last scale's answers are the model's outputs and bear their names. */
    const answer = (x: nn.Value, output: EigenOutput, scale: 1 | 2 | 3, hidden: number) => {
      const name = scales.endsWith(`${scale}`) ? output : `scale${scale}_${output}`;
      for (let index = 1; index <= hidden; index++) {
        const layer = `scale${scale}_${output}_conv${index}`;
        x = nn.conv(x, maps(64), 5, { padding: 'same', activation: 'relu', name: layer });
      }
      const last = { padding: 'same', name: output === 'labels' ? name : `scale${scale}_${output}_last` } as const;
      x = nn.conv(x, channels[output], 5, last);
      if (output === 'normals') return unitLength(x, { name });
      if (output === 'depth' && scale === 2) x = biasMap(x, { name: 'scale2_depth_bias' });
      return output === 'depth' ? nn.multiply(x, DEPTH_SCALE, name) : x;
    };

    const model = (answers: nn.Value[]) => tf.model({ inputs: [image, ...geometry], outputs: answers });
    const sizes = size.map(afterReduction) as [number, number];
    const coarsest = scales.includes('1') ? [scale1(image, sizes, options)] : [];
    if (scales === '1') return model(outputs.map((output) => answer(coarsest[0], output, 1, 0)));

    const parts = [standard, ...geometry].map((x, index) =>
      reduce(x, maps(withGeometry ? 32 : 96), 2, `scale2_${['rgb', 'depth', 'normals'][index]}`),
    );
    const joined = nn.concat([...parts, ...coarsest]);
    const coarse = outputs.map((output) => answer(joined, output, 2, 3));
    if (scales !== '1+2+3') return model(coarse);

    // Depth and normals take the place of as many of the 64 maps, labels stand beside them.
    const taken = outputs.includes('labels') ? 0 : outputs.reduce((sum, output) => sum + channels[output], 0);
    const fine = reduce(standard, maps(64) - taken, 1, 'scale3_rgb');
    const fineSizes = fine.shape.slice(1, 3) as [number, number];
    const doubled = coarse.map((x) => nn.cropTo(nn.enlarge(stopGradient(x), 2, 'nearest'), fineSizes));
    return model(outputs.map((output) => answer(nn.concat([fine, ...doubled]), output, 3, 2)));
  },
  // It is given the whole picture.
  geometry: ({ size }) => ({ stride: 1, receptiveRadius: Math.max(...size) }),
  // Of the 9x9 of stride 2 and the pool that follows, whose stride is 1 in scale 3 and 2 before it.
  grid: ({ scales }) => ({ offset: 5, step: scales === '1+2+3' ? 2 : 4 }),
  tasks: { depth: { outputs: ['depth'] }, normals: { outputs: ['normals'] }, labels: { outputs: ['labels'] } },
  stage: ({ scales }) => (scales === '1+2+3' ? { after: { scales: '1+2' } as const, trains: ['scale3'] } : undefined),
  /** Depth and normals may share it; normals then count ten times. */
  loss(outputs, { targets, masks }) {
    const terms: Record<EigenOutput, () => tf.Scalar> = {
      depth: () => scaleInvariantLogDepth(outputs.depth, targets.depth, masks.depth),
      normals: () => normalDotProduct(outputs.normals, targets.normals, masks.normals).mul(10),
      labels: () => pixelwiseSoftmax(outputs.labels, targets.labels, masks.labels),
    };
    return eigenOutputs
      .filter((output) => outputs[output])
      .map((output) => terms[output]())
      .reduce((sum, term) => sum.add(term));
  },
});

const mapsOf =
  ({ width }: Chosen) =>
  (count: number) =>
    Math.max(8, Math.round(count * width));

/** Pixels a side after `reduce` with a pool of 3/2. */
function afterReduction(pixels: number): number {
  const convolved = Math.floor((pixels + 2 - 9) / 2) + 1;
  return Math.floor((convolved - 3) / 2) + 1;
}

/** 9x9/2 and a pool, which together bring 228x304 to 55x74, or to 109x147 where the pool goes on by one. */
function reduce(x: nn.Value, filters: number, poolStrides: number, name: string): nn.Value {
  const reduced = nn.conv(nn.pad(x, 1), filters, 9, { strides: 2, kernelInitializer: 'heNormal', name });
  return nn.relu(nn.maxPool(reduced, 3, poolStrides));
}

/** 64 maps of `[rows, columns]` that know the whole picture. */
function scale1(image: nn.Value, [rows, columns]: [number, number], options: Chosen): nn.Value {
  const { trunk, head, width, outputs } = options;
  const maps = mapsOf(options);
  const small: [number, number] = [Math.ceil(rows / 4), Math.ceil(columns / 4)];
  const features = trunks[trunk](image, { width, name: `scale1_${trunk}` });
  const isLabels = outputs.includes('labels');
  let x: nn.Value;
  if (head === 'full') {
    x = nn.full(nn.flatten(features), maps(4096), { activation: 'relu', name: 'scale1_full1' });
    x = nn.dropout(x, isLabels ? 0.8 : 0.5);
    const activation = isLabels ? 'linear' : 'relu';
    x = nn.full(x, small[0] * small[1] * maps(64), { activation, name: 'scale1_full2' });
    x = nn.reshape(x, [...small, maps(64)]);
  } else {
    const local = nn.conv(features, maps(64), 1, { activation: 'relu', name: 'scale1_local1' });
    x = nn.conv(resizeTo(local, small), maps(64), 3, { padding: 'same', name: 'scale1_local2' });
    const context = nn.full(nn.averages(features), maps(64), { name: 'scale1_context' });
    x = nn.relu(nn.add([x, nn.reshape(context, [1, 1, maps(64)])]));
  }
  return nn.cropTo(nn.enlarge(x, 4, 'bilinear'), [rows, columns]);
}
