import * as tf from '../../../../core/tf.js';
import type { Node, Op } from '../node.js';
import { asPlain, axisOf, like, plain, shapeOf } from '../value.js';

type Reduce = (x: tf.Tensor, axes: number[]) => tf.Tensor;

const reduce =
  (compute: Reduce): Op =>
  (node) => {
    const x = node.in(0);
    const axes = node.numbers(1) ?? node.ints('axes') ?? [];
    if (axes.length === 0 && node.int('noop_with_empty_axes', 0) === 1) return like(x, tf.clone(x.tensor));
    const all = axes.length === 0 ? shapeOf(x).map((_, axis) => axis) : axes;
    return reduced(node, all, (tensor, along) => compute(tensor, along));
  };

/** Reduces with the axes kept, so that the layout stays, and takes them away where they are not wanted. */
function reduced(node: Node, axes: number[], compute: Reduce) {
  const x = node.in(0);
  const result = like(
    x,
    compute(
      x.tensor,
      axes.map((axis) => axisOf(x, axis)),
    ),
  );
  if (node.int('keepdims', 1) === 1) return result;
  const gone = axes.map((axis) => (axis < 0 ? axis + x.tensor.rank : axis));
  const tensor = asPlain(result);
  return plain(
    tf.reshape(
      tensor,
      tensor.shape.filter((_, axis) => !gone.includes(axis)),
    ),
  );
}

const arg =
  (compute: (x: tf.Tensor, axis: number) => tf.Tensor): Op =>
  (node) =>
    reduced(node, [node.int('axis', 0)], (x, [axis]) => tf.expandDims(compute(x, axis!), axis));

/** Softmax over one axis; before operator set 13 over that axis and all after it. */
const softmax =
  (finish: (exps: tf.Tensor, sum: tf.Tensor, centred: tf.Tensor) => tf.Tensor): Op =>
  (node) => {
    const x = node.in(0);
    const rank = x.tensor.rank;
    const axis = node.int('axis', node.opset >= 13 ? -1 : 1);
    const first = axis < 0 ? axis + rank : axis;
    const axes = node.opset >= 13 ? [first] : Array.from({ length: rank - first }, (_, i) => first + i);
    const along = axes.map((each) => axisOf(x, each));
    const centred = tf.sub(x.tensor, tf.max(x.tensor, along, true));
    const exps = tf.exp(centred);
    return like(x, finish(exps, tf.sum(exps, along, true), centred));
  };

export const reduction: Record<string, Op> = {
  ArgMax: arg((x, axis) => tf.argMax(x, axis)),
  ArgMin: arg((x, axis) => tf.argMin(x, axis)),
  LogSoftmax: softmax((_, sum, centred) => tf.sub(centred, tf.log(sum))),
  ReduceL2: reduce((x, axes) => tf.sqrt(tf.sum(tf.square(x), axes, true))),
  ReduceMax: reduce((x, axes) => tf.max(x, axes, true)),
  ReduceMean: reduce((x, axes) => tf.mean(x, axes, true)),
  ReduceMin: reduce((x, axes) => tf.min(x, axes, true)),
  ReduceProd: reduce((x, axes) => tf.prod(x, axes, true)),
  ReduceSum: reduce((x, axes) => tf.sum(x, axes, true)),
  Softmax: softmax((exps, sum) => tf.div(exps, sum)),
};
