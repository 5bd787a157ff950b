import * as tf from '../../core/tf.js';

/**
 * tf.layers in the notation of the papers: `conv(x, 64, 5, { strides: 2, activation: 'relu' })`. What is not said is as
 * tf.layers has it, but that layers followed by a ReLU begin with He's initialisation.
 */
export type Value = tf.SymbolicTensor;
type Arguments<Layer extends (args: never) => unknown, Said extends string> = Omit<Parameters<Layer>[0], Said>;
type Convolution = Arguments<typeof tf.layers.conv2d, 'filters' | 'kernelSize'>;
type Full = Arguments<typeof tf.layers.dense, 'units'>;

const initialisation = (activation?: string) =>
  activation?.startsWith('relu') ? { kernelInitializer: 'heNormal' as const } : {};

/** A convolution; without padding unless asked for. */
export function conv(x: Value, filters: number, kernelSize: number, args: Convolution = {}): Value {
  const layer = tf.layers.conv2d({ filters, kernelSize, ...initialisation(args.activation), ...args });
  return layer.apply(x) as Value;
}

/** A full layer on a flattened value. */
export function full(x: Value, units: number, args: Full = {}): Value {
  return tf.layers.dense({ units, ...initialisation(args.activation), ...args }).apply(x) as Value;
}

/** The maximum over squares of `poolSize`, one every `strides`; without padding. */
export function maxPool(x: Value, poolSize: number, strides: number): Value {
  return tf.layers.maxPooling2d({ poolSize, strides }).apply(x) as Value;
}

export const relu = (x: Value) => tf.layers.activation({ activation: 'relu' }).apply(x) as Value;
export const flatten = (x: Value) => tf.layers.flatten().apply(x) as Value;
export const dropout = (x: Value, rate: number) => tf.layers.dropout({ rate }).apply(x) as Value;
export const concat = (xs: Value[]) => (xs.length > 1 ? (tf.layers.concatenate().apply(xs) as Value) : xs[0]);
export const reshape = (x: Value, targetShape: number[], name?: string) =>
  tf.layers.reshape({ targetShape, name }).apply(x) as Value;
export const add = (xs: Value[]) => tf.layers.add().apply(xs) as Value;
export const averages = (x: Value) => tf.layers.globalAveragePooling2d({}).apply(x) as Value;
export const multiply = (x: Value, scale: number, name?: string) =>
  tf.layers.rescaling({ scale, offset: 0, name }).apply(x) as Value;
export const pad = (x: Value, pixels: number) =>
  tf.layers.zeroPadding2d({ padding: [pixels, pixels] as never }).apply(x) as Value;
export const enlarge = (x: Value, times: number, interpolation: 'nearest' | 'bilinear') =>
  tf.layers.upSampling2d({ size: [times, times], interpolation }).apply(x) as Value;

/** The middle of a picture, one pixel more gone at the end where it does not come out even. */
export function cropTo(x: Value, [height, width]: readonly [number, number]): Value {
  const borders = [x.shape[1]! - height, x.shape[2]! - width].map((total) => [
    Math.floor(total / 2),
    Math.ceil(total / 2),
  ]);
  return tf.layers.cropping2D({ cropping: borders as [[number, number], [number, number]] }).apply(x) as Value;
}
