import * as z from 'zod';
import * as tf from '../core/tf.js';
import { scaleInvariantLogDepth } from '../losses/scaleInvariantLogDepth.js';
import { concat, conv, dropout, flatten, full, maxPool, pad, relu, reshape } from './layers/shorthand.js';
import { standardise } from './layers/standardise.js';
import { stopGradient } from './layers/stopGradient.js';
import { defineNetwork } from './network.js';
import { alexnet } from './trunks/alexnet.js';

const options = z.strictObject({
  /** `coarse` alone is trained first; `fine` then is trained on top, the coarse map as it is. @default 'fine' */
  scale: z.enum(['coarse', 'fine']).default('fine'),
  /** `[height, width]` of the input. @default [228, 304] */
  size: z.tuple([z.int().positive(), z.int().positive()]).default([228, 304]),
  /** Multiplies the number of maps and hidden units. @default 1 */
  width: z.number().positive().default(1),
});

/** What of eigenCoarseFine can be chosen. */
export type EigenCoarseFineOptions = z.input<typeof options>;

/**
 * Depth from one picture: a coarse map from the whole picture, then a fine network that corrects it locally.
 * Eigen, Puhrsch, Fergus: Depth map prediction from a single image using a multi-scale deep network, NIPS 2014.
 *
 *     picture -> AlexNet -> full 4096 -> full 55x74 = coarse --------+
 *     picture -> 63 9x9/2, pool 3/2 -------------------------------- + -> 64 5x5 -> 1 5x5 = depth
 *
 * Input `image` `[batch, 228, 304, 3]`, 0..1; output `depth` `[batch, 55, 74, 1]`, the natural logarithm of metres (`coarse`
 * with that scale). 70.88 M parameters, the coarse part 70.76 M.
 *
 * Loss: scaleInvariantLogDepth with gradient 0. Training in the paper: coarse first, then fine with the coarse part fixed;
 * SGD with momentum 0.9.
 */
export const eigenCoarseFine = defineNetwork({
  name: 'eigen-coarse-fine',
  options,
  build({ scale, size, width }) {
    const maps = (count: number) => Math.max(2, Math.round(count * width));
    const image = tf.input({ shape: [...size, 3], name: 'image' });
    const [rows, columns] = size.map(afterReduction);

    let x = flatten(alexnet(image, { width, name: 'coarse' }));
    x = dropout(full(x, maps(4096), { activation: 'relu', name: 'coarse_full1' }), 0.5);
    x = full(x, rows * columns, { name: 'coarse_full2' });
    const coarse = reshape(x, [rows, columns, 1], scale === 'coarse' ? 'depth' : 'coarse');
    if (scale === 'coarse') return tf.model({ inputs: image, outputs: coarse });

    const standard = standardise(image, { mean: [109.314 / 255], scale: 76.183 / 255 });
    let fine = conv(pad(standard, 1), maps(64) - 1, 9, {
      strides: 2,
      kernelInitializer: 'heNormal',
      name: 'fine_conv1',
    });
    fine = relu(maxPool(fine, 3, 2));
    x = concat([fine, stopGradient(coarse)]);
    x = conv(x, maps(64), 5, { padding: 'same', activation: 'relu', name: 'fine_conv2' });
    return tf.model({ inputs: image, outputs: conv(x, 1, 5, { padding: 'same', name: 'depth' }) });
  },
  // It is given the whole picture.
  geometry: ({ size }) => ({ stride: 1, receptiveRadius: Math.max(...size) }),
  grid: () => ({ offset: 5, step: 4 }),
  tasks: { depth: {} },
  stage: ({ scale }) =>
    scale === 'fine' ? { after: { scale: 'coarse' } as const, trains: ['fine', 'depth'] } : undefined,
  /** The first of the two papers: no gradient term. */
  loss: (outputs, { targets, masks }) =>
    scaleInvariantLogDepth(outputs.depth, targets.depth, masks.depth, { gradient: 0 }),
});

/** Pixels a side after a border of 1, 9x9/2 and pool 3/2: 228x304 gives 55x74. */
function afterReduction(pixels: number): number {
  const convolved = Math.floor((pixels + 2 - 9) / 2) + 1;
  return Math.floor((convolved - 3) / 2) + 1;
}
