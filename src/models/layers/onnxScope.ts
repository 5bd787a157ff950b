import type * as tf from '../../core/tf.js';

/** A number is written as an integer, `{ float }` as a float. */
export type OnnxAttributes = Record<string, number | readonly number[] | string | { float: number }>;

/** Sizes in the order of tf.layers (`[batch, height, width, channels]`), null where any size goes. */
export type Sizes = readonly (number | null)[];

/**
 * What one use of a layer sees of the ONNX graph while it writes itself into it. Values are known by their names.
 * Images are `[batch, channels, height, width]` there, everything else is laid out as in tf.layers.
 */
export interface OnnxScope {
  /** The values that the layer is applied to. */
  readonly inputs: readonly string[];
  readonly inputShapes: readonly Sizes[];
  readonly outputShape: Sizes;
  /** Adds an operator (opset 17) and names its first output. An empty input name leaves out an optional input. */
  node(opType: string, inputs: readonly string[], attributes?: OnnxAttributes): string;
  /**
   * One of the layer's own weights (`kernel`), its axes permuted and its sizes changed (-1: what is left) as ONNX wants
   * them; empty where the layer has no weight of that name. Stored once however often the layer is applied.
   */
  weight(name: string, options?: { permutation?: readonly number[]; dims?: readonly number[] }): string;
  /** Fixed float32 values, by default a scalar. */
  constant(values: number | ArrayLike<number>, dims?: readonly number[]): string;
  /** A list of int64: a shape, axes, repeats. */
  integers(values: readonly number[]): string;
}

/** A layer of ours, which tf.layers lacks: it writes its own `call` in ONNX. */
export interface OnnxLayer extends tf.layers.Layer {
  toOnnx(scope: OnnxScope): string;
}
