import * as tf from '../../core/tf.js';
import type { OnnxLayer, OnnxScope, Sizes } from './onnxScope.js';

type Config<Options> = Options & { name?: string };

/**
 * What every layer of ours shares: options that are saved with the model and come back with it, and inputs and shapes as
 * plain arguments.
 */
export abstract class CustomLayer<Options extends object = object> extends tf.layers.Layer implements OnnxLayer {
  protected readonly options: Options;

  constructor({ name, ...config }: Config<Options>) {
    super({ name });
    // A loaded model passes back all of getConfig, of which only the options are ours to keep.
    const { trainable, dtype, batchInputShape, ...options } = config as Record<string, unknown>;
    if (trainable === false) this.trainable = false;
    this.options = options as Options;
  }

  /** The answer for tensors; what it allocates on the way is freed. */
  abstract compute(...inputs: tf.Tensor4D[]): tf.Tensor4D;

  /** Sizes of the answer for sizes of the inputs; the same as the first input's unless overridden. */
  sizes(...inputs: Sizes[]): Sizes {
    return inputs[0];
  }

  abstract toOnnx(scope: OnnxScope): string;

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => this.compute(...([inputs].flat() as tf.Tensor4D[])));
  }

  override computeOutputShape(shapes: (number | null)[] | (number | null)[][]): (number | null)[] {
    return [...this.sizes(...((Array.isArray(shapes[0]) ? shapes : [shapes]) as Sizes[]))];
  }

  override getConfig() {
    return { ...super.getConfig(), ...this.options };
  }
}
