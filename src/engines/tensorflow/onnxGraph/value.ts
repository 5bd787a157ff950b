import * as tf from '../../../core/tf.js';

/**
 * A tensor of an ONNX graph. ONNX means NCHW; TensorFlow's CPU kernels want NHWC. What a convolution makes stays NHWC
 * until something needs the order itself, so that a network of convolutions is transposed only at its ends.
 */
export interface Value {
  tensor: tf.Tensor;
  /** How a 4-D tensor lies in memory. Every other rank lies as ONNX says: `plain`. */
  layout: 'plain' | 'nhwc';
}

export const plain = (tensor: tf.Tensor): Value => ({ tensor, layout: 'plain' });
export const nhwc = (tensor: tf.Tensor): Value => ({ tensor, layout: 'nhwc' });

/** The tensor as ONNX means it. */
export function asPlain({ tensor, layout }: Value): tf.Tensor {
  return layout === 'plain' ? tensor : tf.transpose(tensor, [0, 3, 1, 2]);
}

/** A 4-D tensor `[batch, height, width, channels]`. */
export function asNhwc({ tensor, layout }: Value): tf.Tensor4D {
  return (layout === 'nhwc' ? tensor : tf.transpose(tensor, [0, 2, 3, 1])) as tf.Tensor4D;
}

/** The shape as ONNX means it. */
export function shapeOf({ tensor, layout }: Value): number[] {
  const s = tensor.shape;
  return layout === 'plain' ? s : [s[0]!, s[3]!, s[1]!, s[2]!];
}

/** An axis as ONNX means it, perhaps negative, to the axis of the tensor as it lies. */
export function axisOf({ tensor, layout }: Value, axis: number): number {
  const positive = axis < 0 ? axis + tensor.rank : axis;
  return layout === 'plain' ? positive : [0, 3, 1, 2][positive]!;
}

/** The same layout for a tensor that was computed from `value` without moving an axis. */
export function like({ layout }: Value, tensor: tf.Tensor): Value {
  return { tensor, layout };
}

/** Several values to one layout, ranks evened out as ONNX broadcasts them (missing axes come first). */
export function aligned(values: Value[]): { tensors: tf.Tensor[]; layout: Value['layout'] } {
  if (values.every(({ layout }) => layout === 'plain') || values.some(({ tensor }) => tensor.rank > 4)) {
    return { tensors: values.map(asPlain), layout: 'plain' };
  }
  const tensors = values.map((value) => {
    const { tensor, layout } = value;
    if (layout === 'nhwc' || tensor.size === 1) return tensor;
    const missing = Array<number>(4 - tensor.rank).fill(1);
    return asNhwc(plain(tensor.reshape([...missing, ...tensor.shape])));
  });
  return { tensors, layout: 'nhwc' };
}
