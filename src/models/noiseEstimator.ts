import * as z from 'zod';
import * as tf from '../core/tf.js';
import { defineNetwork, type Geometry } from './network.js';

const options = z.strictObject({
  /** Feature maps at 1/2, 1/4, 1/8, 1/16 of the picture's size. @default [32, 64, 96, 96] */
  widths: z.array(z.int().positive()).min(2).default([32, 64, 96, 96]),
});

/** What of noiseEstimator can be chosen. */
export type NoiseEstimatorOptions = z.input<typeof options>;

/**
 * Says how strong the noise of a picture is at each of its places, from the picture alone.
 *
 *     picture -> 6x6/2 -> [w0 block] -> 2x2/2 -> [w1 block] -> 2x2/2 -> [w2 block] ----------+-> [block] -> 16x16 up 8 -> noise
 *                                                                   \-> 2x2/2 -> [w3 blocks] -> 2x2 up 2 /
 *
 * A block is 3x3, ReLU, 3x3, added to its input. Input `image` `[batch, height, width, 3]`, 0..1. Output `noise`
 * `[batch, height, width, 2]`, 0..1 units: the standard deviation of the noise around each pixel, of luma (Y of BT.601), and
 * of chroma (the root mean square of Cb and Cr). White noise of deviation s in R, G and B has .668 s and .640 s of these.
 * Height and width are multiples of 16.
 *
 * The maps vary slowly: they are made at an eighth of the size. 0.87 M parameters, 0.03 MFLOP a pixel.
 */
export const noiseEstimator = defineNetwork({
  name: 'noise-estimator',
  options,
  build({ widths }) {
    const image = tf.input({ shape: [null, null, 3], name: 'image' });
    let x = image;
    let eighth = image;
    for (const [level, width] of widths.entries()) {
      x = conv(x, width, { kernelSize: level === 0 ? 6 : 2, strides: 2, name: `down${level}` });
      x = residual(x, width, `encode${level}`);
      if (level === widths.length - 2) eighth = x;
    }
    const last = widths.length - 1;
    x = residual(x, widths[last], `encode${last}b`);
    x = add([deconv(x, widths[last - 1], { kernelSize: 2, strides: 2, name: 'up' }), eighth]);
    x = residual(x, widths[last - 1], 'decode');
    x = conv(x, 2, { kernelSize: 1, name: 'levels' });
    const noise = deconv(x, 2, { kernelSize: 16, strides: 8, activation: 'softplus', name: 'noise' });
    return tf.model({ inputs: image, outputs: noise, name: 'noiseEstimator' });
  },
  geometry: geometryOf,
  tasks: {},
});

/** As of restorationUnet. */
function geometryOf({ widths }: z.output<typeof options>): Geometry {
  // The 6x6 and the 16x16 see 4 and 16 pixels to each side; a block two cells of its level, a strided end at most one half.
  let receptiveRadius = 4 + 16;
  for (let level = 0; level < widths.length; level++) {
    const cell = 2 ** (level + 1);
    const blocks = level === widths.length - 1 ? 2 : level === widths.length - 2 ? 2 : 1;
    receptiveRadius += blocks * 2 * cell + (level === 0 ? 0 : cell / 2);
  }
  return { stride: 2 ** widths.length, receptiveRadius };
}

function residual(x: tf.SymbolicTensor, filters: number, name: string): tf.SymbolicTensor {
  const inner = conv(x, filters, { kernelSize: 3, activation: 'relu', name: `${name}a` });
  return add([x, conv(inner, filters, { kernelSize: 3, scale: 0.02, name: `${name}b` })]);
}

interface ConvOptions {
  kernelSize: number;
  strides?: number;
  activation?: 'relu' | 'softplus';
  name: string;
}

function conv(x: tf.SymbolicTensor, filters: number, { scale = 2, ...options }: ConvOptions & { scale?: number }) {
  const kernelInitializer = tf.initializers.varianceScaling({ scale, mode: 'fanIn', distribution: 'normal' });
  return tf.layers.conv2d({ ...options, filters, kernelInitializer, padding: 'same' }).apply(x) as tf.SymbolicTensor;
}

function deconv(x: tf.SymbolicTensor, filters: number, options: ConvOptions) {
  const kernelInitializer = tf.initializers.varianceScaling({ scale: 0.5, mode: 'fanOut', distribution: 'normal' });
  return tf.layers
    .conv2dTranspose({ ...options, filters, kernelInitializer, padding: 'same' })
    .apply(x) as tf.SymbolicTensor;
}

const add = (xs: tf.SymbolicTensor[]) => tf.layers.add().apply(xs) as tf.SymbolicTensor;
