import * as tf from '../../core/tf.js';
import { CustomLayer } from './customLayer.js';
import type { OnnxScope, Sizes } from './onnxScope.js';

/** Which samples a window takes: every `dilation`-th. */
interface Dilated {
  kernelSize: number;
  dilation: number;
}

/**
 * A convolution without padding over every `dilation`-th pixel, which TensorFlow.js has no gradient for: the picture is taken apart into
 * pictures of such pixels, and put together again. `[batch, height, width, channels]` in,
 * `[batch, height - (kernelSize - 1) dilation, width - (kernelSize - 1) dilation, filters]` out.
 */
export function dilatedConv(
  x: tf.SymbolicTensor,
  filters: number,
  { name, ...how }: Dilated & { name: string },
): tf.SymbolicTensor {
  return new DilatedConv({ name, filters, ...how }).apply(x) as tf.SymbolicTensor;
}

/** The maximum over 2x2 of every `dilation`-th pixel, at every pixel. `[batch, height - dilation, width - dilation, channels]` out. */
export function dilatedMaxPool(x: tf.SymbolicTensor, dilation: number): tf.SymbolicTensor {
  return new DilatedMaxPool({ kernelSize: 2, dilation }).apply(x) as tf.SymbolicTensor;
}

abstract class DilatedWindow<Options extends Dilated> extends CustomLayer<Options> {
  override sizes([batch, height, width, channels]: Sizes): Sizes {
    const reach = (this.options.kernelSize - 1) * this.options.dilation;
    const [rows, columns] = [height, width].map((side) => side && side - reach);
    return [batch, rows, columns, this.maps(channels!)];
  }

  protected maps(channels: number): number {
    return channels;
  }

  /** `op` for pictures of neighbouring pixels. */
  protected onEach(x: tf.Tensor4D, op: (x: tf.Tensor4D) => tf.Tensor4D): tf.Tensor4D {
    const { dilation } = this.options;
    if (dilation === 1) return op(x);
    const [missingRows, missingColumns] = x.shape.slice(1, 3).map((side) => -side & (dilation - 1)) as [number, number];
    const apart = tf.spaceToBatchND(x, [dilation, dilation], [[0, missingRows], [0, missingColumns]]); // biome-ignore format: pairs
    const crops = [[0, missingRows], [0, missingColumns]]; // biome-ignore format: pairs
    return tf.batchToSpaceND(op(apart), [dilation, dilation], crops);
  }

  protected get attributes() {
    const { kernelSize, dilation } = this.options;
    return { kernel_shape: [kernelSize, kernelSize], dilations: [dilation, dilation] };
  }
}

class DilatedConv extends DilatedWindow<Dilated & { filters: number }> {
  static className = 'DilatedConv';

  override build(shape: (number | null)[] | (number | null)[][]): void {
    const channels = (shape as number[])[3];
    const { kernelSize, filters } = this.options;
    const kernel = [kernelSize, kernelSize, channels, filters];
    this.addWeight('kernel', kernel, 'float32', tf.initializers.glorotUniform({}));
    this.addWeight('bias', [filters], 'float32', tf.initializers.zeros());
    this.built = true;
  }

  protected override maps(): number {
    return this.options.filters;
  }

  compute(x: tf.Tensor4D): tf.Tensor4D {
    const [kernel, bias] = this.weights.map((weight) => weight.read());
    return this.onEach(x, (part) => tf.conv2d(part, kernel as tf.Tensor4D, 1, 'valid')).add(bias);
  }

  toOnnx({ node, inputs: [x], weight }: OnnxScope): string {
    return node('Conv', [x, weight('kernel', { permutation: [3, 2, 0, 1] }), weight('bias')], this.attributes);
  }
}
tf.serialization.registerClass(DilatedConv);

class DilatedMaxPool extends DilatedWindow<Dilated> {
  static className = 'DilatedMaxPool';

  compute(x: tf.Tensor4D): tf.Tensor4D {
    return this.onEach(x, (part) => tf.maxPool(part, this.options.kernelSize, 1, 'valid'));
  }

  toOnnx({ node, inputs: [x] }: OnnxScope): string {
    return node('MaxPool', [x], this.attributes);
  }
}
tf.serialization.registerClass(DilatedMaxPool);
