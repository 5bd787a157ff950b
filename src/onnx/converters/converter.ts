import type * as tf from '../../core/tf.js';
import type { OnnxScope } from '../../models/layers/onnxScope.js';

/** Writes one use of a layer of tf.layers and names the value that comes out. */
export type Converter = (scope: OnnxScope, layer: tf.layers.Layer) => string;

/** By the layer's class name in Keras. */
export type Converters = Readonly<Record<string, Converter>>;

/** The layer's configuration, of which the converter knows the fields. */
export function configOf<Config>(layer: tf.layers.Layer): Config {
  return layer.getConfig() as unknown as Config;
}

/** Where an axis of a tf.layers tensor stands in ONNX: channels come second in images. */
export function onnxAxis(axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  return rank === 4 ? [0, 2, 3, 1][positive] : positive;
}

/** `[batch, channels, height, width]` to the order in which tf.layers flattens and reshapes. */
export function toChannelsLast({ node }: OnnxScope, value: string, rank: number): string {
  return rank === 4 ? node('Transpose', [value], { perm: [0, 2, 3, 1] }) : value;
}

/** The inverse of `toChannelsLast`. */
export function toChannelsFirst({ node }: OnnxScope, value: string, rank: number): string {
  return rank === 4 ? node('Transpose', [value], { perm: [0, 3, 1, 2] }) : value;
}
