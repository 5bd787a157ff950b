import * as tf from '../../../../core/tf.js';
import type { Node, Op } from '../node.js';
import { asNhwc, nhwc, shapeOf } from '../value.js';
import { reachOf, type Span, spansOf } from '../window.js';

/** The windows of a pool, and how many pixels `ceil_mode` adds at the end so that the last ones are whole. */
function windowsOf(node: Node) {
  const [, , height, width] = shapeOf(node.in(0)) as [number, number, number, number];
  const spans = spansOf(node, [height, width], node.ints('kernel_shape') ?? []);
  if (spans.some(({ dilation }) => dilation > 1)) throw node.refuse('with dilation', 'none');
  const ceiled = node.int('ceil_mode', 0) === 1 ? spans.map(missing) : [0, 0];
  return {
    spans,
    kernel: spans.map(({ kernel }) => kernel) as [number, number],
    strides: spans.map(({ stride }) => stride) as [number, number],
    ceiled: ceiled as [number, number],
  };
}

function missing(span: Span): number {
  const { size, before, after, stride } = span;
  const room = size + before + after - reachOf(span);
  const windows = Math.ceil(room / stride) + 1;
  // A window that would begin in the padding after the picture does not count.
  const counted = (windows - 1) * stride >= size + before ? windows - 1 : windows;
  return Math.max((counted - 1) * stride - room, 0);
}

function padded(x: tf.Tensor4D, spans: [Span, Span], value: number, extra = [0, 0]): tf.Tensor4D {
  const pads = spans.map(({ before, after }, i) => [before, after + extra[i]!]) as [number, number][];
  if (pads.flat().every((n) => n === 0)) return x;
  return tf.pad(x, [[0, 0], pads[0]!, pads[1]!, [0, 0]], value) as tf.Tensor4D;
}

const maxPool: Op = (node) => {
  if (node.outputs > 1) throw node.refuse('with indices', 'its maximum alone');
  const { spans, kernel, strides, ceiled } = windowsOf(node);
  const x = padded(asNhwc(node.in(0)), spans, -3.4028235e38, ceiled);
  return nhwc(tf.maxPool(x, kernel, strides, 'valid'));
};

const averagePool: Op = (node) => {
  const { spans, kernel, strides, ceiled } = windowsOf(node);
  const image = asNhwc(node.in(0));
  const sum = tf.avgPool(padded(image, spans, 0, ceiled), kernel, strides, 'valid');
  // The share of each window that counts: the picture, with its padding where that is asked for.
  const counted = node.int('count_include_pad', 0);
  const ones = tf.ones([1, image.shape[1], image.shape[2], 1]) as tf.Tensor4D;
  const bare = spans.map((span) => ({ ...span, before: 0, after: 0 })) as [Span, Span];
  const mask = padded(padded(ones, spans, counted), bare, 0, ceiled);
  return nhwc(tf.div(sum, tf.avgPool(mask, kernel, strides, 'valid')));
};

export const pooling: Record<string, Op> = {
  AveragePool: averagePool,
  GlobalAveragePool: (node) => nhwc(tf.mean(asNhwc(node.in(0)), [1, 2], true)),
  GlobalMaxPool: (node) => nhwc(tf.max(asNhwc(node.in(0)), [1, 2], true)),
  MaxPool: maxPool,
};
