import * as tf from '../../core/tf.js';
import { CustomLayer } from './customLayer.js';
import type { OnnxScope } from './onnxScope.js';

export interface LocalContrastOptions {
  /** Side of the window, odd; its Gaussian's deviation is a quarter of that. */
  window: number;
}

/** Added to deviations: what is flat stays 0. */
const EPSILON = 1e-4;

/**
 * Local contrast normalisation, each map by itself: less the Gaussian mean around, and divided by the Gaussian deviation around, or by
 * that one's mean over the map where it is smaller. Beyond the border nothing counts. `[batch, height, width, channels]` in and out.
 * Jarrett, Kavukcuoglu, Ranzato, LeCun: What is the best multi-stage architecture for object recognition? ICCV 2009, where the window
 * goes over all maps at once.
 */
export function localContrast(x: tf.SymbolicTensor, options: LocalContrastOptions): tf.SymbolicTensor {
  return new LocalContrast(options).apply(x) as tf.SymbolicTensor;
}

class LocalContrast extends CustomLayer<LocalContrastOptions> {
  static className = 'LocalContrast';

  /** Two passes, down and across. */
  private weights1d(): Float32Array {
    const { window } = this.options;
    const middle = (window - 1) / 2;
    const values = Float32Array.from({ length: window }, (_, i) =>
      Math.exp(-((i - middle) ** 2) / (2 * (window / 4) ** 2)),
    );
    const sum = values.reduce((a, b) => a + b);
    return values.map((value) => value / sum);
  }

  compute(x: tf.Tensor4D): tf.Tensor4D {
    const { window } = this.options;
    const channels = x.shape[3];
    const taps = this.weights1d();
    const kernel = (shape: [number, number]) =>
      tf.tile(tf.tensor4d(taps, [...shape, 1, 1]), [1, 1, channels, 1]) as tf.Tensor4D;
    const [down, across] = [kernel([window, 1]), kernel([1, window])];
    const around = (values: tf.Tensor4D) =>
      tf.depthwiseConv2d(tf.depthwiseConv2d(values, down, 1, 'same'), across, 1, 'same') as tf.Tensor4D;
    const inside = around(tf.onesLike(x));
    const mean = (values: tf.Tensor4D) => around(values).div(inside) as tf.Tensor4D;
    const centred = x.sub(mean(x)) as tf.Tensor4D;
    const deviation = mean(centred.square())
      .add(EPSILON ** 2)
      .sqrt();
    return centred.div(deviation.maximum(deviation.mean([1, 2], true)));
  }

  toOnnx({ node, inputs: [x], inputShapes, constant }: OnnxScope): string {
    const { window } = this.options;
    const channels = inputShapes[0][3]!;
    const taps = this.weights1d();
    const all = Float32Array.from({ length: window * channels }, (_, i) => taps[i % window]);
    const pad = (window - 1) / 2;
    const [down, across] = [constant(all, [channels, 1, window, 1]), constant(all, [channels, 1, 1, window])];
    const around = (values: string) =>
      node('Conv', [node('Conv', [values, down], { group: channels, pads: [pad, 0, pad, 0] }), across], {
        group: channels,
        pads: [0, pad, 0, pad],
      });
    const inside = around(node('Add', [node('Mul', [x, constant(0)]), constant(1)]));
    const mean = (values: string) => node('Div', [around(values), inside]);
    const centred = node('Sub', [x, mean(x)]);
    const variance = mean(node('Mul', [centred, centred]));
    const deviation = node('Sqrt', [node('Add', [variance, constant(EPSILON ** 2)])]);
    const usual = node('ReduceMean', [deviation], { axes: [2, 3], keepdims: 1 });
    return node('Div', [centred, node('Max', [deviation, usual])]);
  }
}
tf.serialization.registerClass(LocalContrast);
