import * as z from 'zod';
import * as tf from '../core/tf.js';
import { INTERPOLATION_REACH, interpolateHoles } from './layers/interpolateHoles.js';
import { defineNetwork, type Geometry } from './network.js';

const options = z.strictObject({
  /** 1 for grey, 3 for colour. @default 3 */
  channels: z.literal([1, 3]).default(3),
  /** Feature maps at 1/2, 1/4, 1/8, ... of the picture's size. @default [64, 128, 256] */
  widths: z.array(z.int().positive()).min(1).default([64, 128, 256]),
  /** Residual blocks a level, on the way down and again on the way up. @default 2 */
  blocks: z.int().nonnegative().default(2),
  /**
   * The map that stands beside the picture, if any:
   * `sigma`, the noise level in the picture's own units, one channel;
   * `noise`, the deviation of the noise in luma and in chroma (noiseEstimator says what these are), two channels;
   * `mask`, 1 in holes and 0 elsewhere; the network then begins with the holes filled smoothly (interpolateHoles).
   * @default 'sigma'
   */
  map: z.enum(['sigma', 'noise', 'mask', 'none']).default('sigma'),
  /**
   * Biases in every layer, for what has an absolute brightness, as rain that a camera clipped at white.
   * @default false
   */
  bias: z.boolean().default(false),
  /**
   * A second output `gain` `[batch, height, width, 1]`: by how many tens of dB the clean picture is expected to be nearer
   * the truth than the picture given, around each pixel. Wants `bias`, for it is the same at any brightness.
   * @default false
   */
  gain: z.boolean().default(false),
});

/** What of restorationUnet can be chosen. */
export type RestorationUnetOptions = z.input<typeof options>;

/**
 * Perpixel's own restoration network: a residual U-Net that works at half resolution.
 *
 *     picture (+ map) -> 6x6/2 -> [w0 blocks] -> 2x2/2 -> [w1 blocks] -> 2x2/2 -> [w2 blocks]
 *                                     |+                     |+                        |
 *        picture + residual <- 6x6/2 <- [w0 blocks] <- 2x2/2 <- [w1 blocks] <- 2x2/2 --+
 *
 * A block is 3x3, ReLU, 3x3, added to its input. The 6x6 convolution of stride 2 equals FFDNet's space-to-depth followed
 * by 3x3, and its transpose equals 3x3 followed by depth-to-space, with neither layer needed.
 *
 * Inputs `image` `[batch, height, width, channels]`, 0..1, and where `map` asks for it `sigma` or `mask`
 * `[batch, height, width, 1]`, or `noise` `[batch, height, width, 2]`. Output `[batch, height, width, channels]`, the clean picture, not clipped. Height and width
 * are multiples of `restorationUnet.geometry(options).stride` (8 by default).
 *
 * 4.17 M parameters and 0.37 MFLOP a pixel by default.
 *
 * Without biases the network is homogeneous: a picture and a noise level that are both multiplied by k give an answer multiplied by k. So
 * what is learnt at one level holds at others (Mohan et al., Robust and Interpretable Blind Image Denoising via Bias-Free CNNs, ICLR 2020).
 *
 * Sources: the blocks, the strided ends of a level and the missing biases are DRUNet's (Zhang et al., Plug-and-Play Image
 * Restoration with Deep Denoiser Prior, PAMI 2021), half resolution and the noise map FFDNet's (Zhang, Zuo, Zhang, TIP
 * 2018). Differs from DRUNet: half resolution, two blocks a level for four, and the picture itself is added to the output.
 */
export const restorationUnet = defineNetwork({
  name: 'restoration-unet',
  options,
  build({ channels, widths, blocks, map, bias, gain }) {
    const image = tf.input({ shape: [null, null, channels], name: 'image' });
    const beside = map === 'none' ? undefined : tf.input({ shape: [null, null, map === 'noise' ? 2 : 1], name: map });
    const start = map === 'mask' ? interpolateHoles(image, beside!) : image;
    const x = beside ? concat([start, beside]) : start;
    const outputs = { up0: channels, ...(gain && { gain: 1 }) };
    const [residual, expected] = residualUnet(x, { widths, blocks, bias, outputs });
    const clean = add([start, residual], 'clean');
    return tf.model({
      inputs: beside ? [image, beside] : image,
      outputs: expected ? [clean, expected] : clean,
      name: 'restorationUnet',
    });
  },
  geometry({ map, ...body }) {
    const { stride, receptiveRadius } = residualUnetGeometry(body);
    return { stride, receptiveRadius: receptiveRadius + (map === 'mask' ? INTERPOLATION_REACH : 0) };
  },
  tasks: {
    denoise: { map: 'sigma' },
    deblur: { map: 'none' },
    inpaint: { map: 'mask', bias: true },
    derain: { map: 'none', bias: true },
  },
});

/** The shape of a residual U-Net at half resolution. */
export interface ResidualUnetOptions {
  /** Feature maps at 1/2, 1/4, 1/8, ... of the picture's size. */
  widths: readonly number[];
  /** Residual blocks a level, on the way down and again on the way up. */
  blocks: number;
  bias: boolean;
  /** The maps of each output, by the name of the layer that makes it. */
  outputs: Readonly<Record<string, number>>;
}

/** The U-Net itself: from any maps to others of the same size, linear, in the order of `outputs`. */
export function residualUnet(
  start: tf.SymbolicTensor,
  { widths, blocks, bias, outputs }: ResidualUnetOptions,
): tf.SymbolicTensor[] {
  const { conv, deconv, residual } = layersOf(bias);
  const levels = widths.length;
  const skips: tf.SymbolicTensor[] = [];
  let x = start;
  for (let level = 0; level < levels; level++) {
    x = conv(x, widths[level], { kernelSize: level === 0 ? 6 : 2, strides: 2, name: `down${level}` });
    for (let block = 0; block < blocks; block++) x = residual(x, widths[level], `encode${level}_${block}`);
    skips.push(x);
  }
  for (let level = levels - 2; level >= 0; level--) {
    x = add([deconv(x, widths[level], 2, `up${level + 1}`), skips[level]]);
    for (let block = 0; block < blocks; block++) x = residual(x, widths[level], `decode${level}_${block}`);
  }
  return Object.entries(outputs).map(([name, maps]) => deconv(x, maps, 6, name));
}

/**
 * What tiling must know: sizes are multiples of `stride`, and no output pixel sees further than `receptiveRadius` pixels.
 * Counted outwards along the deepest path: each 3x3 adds the stride of its level, each strided end at most one cell.
 */
export function residualUnetGeometry({ widths, blocks }: Pick<ResidualUnetOptions, 'widths' | 'blocks'>): Geometry {
  let receptiveRadius = 0;
  for (let level = 0; level < widths.length; level++) {
    const cell = 2 ** (level + 1);
    const ways = level === widths.length - 1 ? 1 : 2;
    receptiveRadius += ways * blocks * 2 * cell;
    receptiveRadius += level === 0 ? 2 * 4 : cell / 2 + cell / 2;
  }
  return { stride: 2 ** widths.length, receptiveRadius };
}

/** The network's convolutions, all with biases or all without. */
function layersOf(useBias: boolean) {
  function conv(
    x: tf.SymbolicTensor,
    filters: number,
    {
      kernelSize,
      strides = 1,
      activation = 'linear' as const,
      scale = 2,
      name,
    }: { kernelSize: number; strides?: number; activation?: 'linear' | 'relu'; scale?: number; name: string },
  ) {
    const kernelInitializer = tf.initializers.varianceScaling({ scale, mode: 'fanIn', distribution: 'normal' });
    const options = { filters, kernelSize, strides, activation, kernelInitializer, useBias, name };
    return tf.layers.conv2d({ ...options, padding: 'same' }).apply(x) as tf.SymbolicTensor;
  }

  function deconv(x: tf.SymbolicTensor, filters: number, kernelSize: number, name: string) {
    const kernelInitializer = tf.initializers.varianceScaling({ scale: 0.5, mode: 'fanOut', distribution: 'normal' });
    const options = { filters, kernelSize, strides: 2, kernelInitializer, useBias, name };
    return tf.layers.conv2dTranspose({ ...options, padding: 'same' }).apply(x) as tf.SymbolicTensor;
  }

  function residual(x: tf.SymbolicTensor, filters: number, name: string): tf.SymbolicTensor {
    const inner = conv(x, filters, { kernelSize: 3, activation: 'relu', name: `${name}a` });
    // Small at the start, so that a deep stack begins as the identity and needs no normalisation to train.
    return add([x, conv(inner, filters, { kernelSize: 3, scale: 0.02, name: `${name}b` })]);
  }

  return { conv, deconv, residual };
}

const add = (xs: tf.SymbolicTensor[], name?: string) => tf.layers.add({ name }).apply(xs) as tf.SymbolicTensor;
const concat = (xs: tf.SymbolicTensor[]) => tf.layers.concatenate().apply(xs) as tf.SymbolicTensor;
