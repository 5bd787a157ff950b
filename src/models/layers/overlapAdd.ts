import * as tf from '../../core/tf.js';
import { CustomLayer } from './customLayer.js';
import type { OnnxScope, Sizes } from './onnxScope.js';

export interface OverlapAddOptions {
  /** Side of a patch. */
  patchOut: number;
  /** Pixels from one patch to the next. */
  stride: number;
  /**
   * What a pixel of a patch counts in the average: all the same, or less towards the border as a Gaussian whose deviation
   * is a quarter of the patch. @default 'uniform'
   */
  window?: 'uniform' | 'gaussian';
  name?: string;
}

/**
 * Lays overlapping patches where they belong and averages them under a window: a transposed convolution of the patches
 * with the window, divided by the one of ones.
 *
 * Burger, Schuler, Harmeling, CVPR 2012 (Gaussian window); Eigen, Krishnan, Fergus, ICCV 2013 (uniform).
 *
 * @param patches `[batch, rows, columns, patchOut * patchOut * channels]`, each patch in row-major order, channels last.
 * @param image `[batch, height, width, any]`, whose size is the answer's; the patches cover it.
 * @returns `[batch, height, width, channels]`
 */
export function overlapAdd(
  patches: tf.SymbolicTensor,
  image: tf.SymbolicTensor,
  { patchOut, stride, window = 'uniform', name }: OverlapAddOptions,
): tf.SymbolicTensor {
  return new OverlapAdd({ patchOut, stride, window, name }).apply([patches, image]) as tf.SymbolicTensor;
}

class OverlapAdd extends CustomLayer<Required<Omit<OverlapAddOptions, 'name'>>> {
  static className = 'OverlapAdd';

  override sizes([batch, , , units]: Sizes, [, height, width]: Sizes): Sizes {
    return [batch, height, width, units! / this.options.patchOut ** 2];
  }

  compute(patches: tf.Tensor4D, image: tf.Tensor4D): tf.Tensor4D {
    const { patchOut, stride } = this.options;
    const [batch, rows, columns, units] = patches.shape;
    const channels = units / patchOut ** 2;
    const [height, width] = [rows, columns].map((count) => (count - 1) * stride + patchOut);
    const window = tf.tensor4d(this.#window(), [patchOut, patchOut, 1, 1]);
    // Unit k of a patch is one pixel of it: a kernel that is one there and zero elsewhere.
    const kernel = tf.eye(units).reshape([patchOut, patchOut, channels, units]).mul(window) as tf.Tensor4D;
    const sum = tf.conv2dTranspose(patches, kernel, [batch, height, width, channels], stride, 'valid');
    const ones = tf.ones<tf.Rank.R4>([1, rows, columns, 1]);
    const weight = tf.conv2dTranspose(ones, window, [1, height, width, 1], stride, 'valid');
    return sum.div(weight).slice([0, 0, 0, 0], [-1, image.shape[1], image.shape[2], -1]) as tf.Tensor4D;
  }

  toOnnx({ node, inputs: [patches, image], inputShapes, constant, integers }: OnnxScope): string {
    const { patchOut, stride } = this.options;
    const units = inputShapes[0][3]!;
    const pixels = patchOut ** 2;
    const channels = units / pixels;
    const window = this.#window();
    const values = new Float32Array(units * channels * pixels);
    for (let unit = 0; unit < units; unit++) {
      const [pixel, channel] = [Math.floor(unit / channels), unit % channels];
      values[(unit * channels + channel) * pixels + pixel] = window[pixel];
    }
    const square = [patchOut, patchOut];
    const attributes = { kernel_shape: square, strides: [stride, stride] };
    const sum = node('ConvTranspose', [patches, constant(values, [units, channels, ...square])], attributes);
    const grid = node('Concat', [integers([1, 1]), node('Shape', [patches], { start: 2, end: 4 })], { axis: 0 });
    const ones = node('Expand', [constant(1), grid]);
    const weight = node('ConvTranspose', [ones, constant(window, [1, 1, ...square])], attributes);
    const size = node('Shape', [image], { start: 2, end: 4 });
    return node('Slice', [node('Div', [sum, weight]), integers([0, 0]), size, integers([2, 3])]);
  }

  /** `[patchOut * patchOut]`, 1 in the middle. */
  #window(): Float32Array {
    const { patchOut, window } = this.options;
    const profile = Array.from({ length: patchOut }, (_, index) => {
      const distance = (index - (patchOut - 1) / 2) / (patchOut / 4);
      return window === 'gaussian' ? Math.exp(-(distance ** 2) / 2) : 1;
    });
    return Float32Array.from(profile.flatMap((row) => profile.map((column) => row * column)));
  }
}
tf.serialization.registerClass(OverlapAdd);
