import * as tf from '../../../../core/tf.js';
import type { Node, Op } from '../node.js';
import { asNhwc, asPlain, nhwc, shapeOf, type Value } from '../value.js';
import { reachOf, type Span, spansOf } from '../window.js';

const conv: Op = (node) => {
  const x = node.in(0);
  const [outChannels, inChannels, ...kernel] = shapeOf(node.in(1)) as [number, number, ...number[]];
  const groups = node.int('group', 1);
  const [, , height, width] = shapeOf(x) as [number, number, number, number];
  const spans = spansOf(node, [height, width], kernel);
  const image = asNhwc(x);
  if (groups === 1) return biased(node, convolve(image, hwio(node), spans));
  if (inChannels === 1) return biased(node, depthwise(node, image, outChannels / groups, spans));
  const parts = tf.split(hwio(node), groups, 3);
  const results = tf
    .split(image, groups, 3)
    .map((part, i) => convolve(part as tf.Tensor4D, parts[i] as tf.Tensor4D, spans));
  return biased(node, tf.concat(results, 3));
};

/** `[out, in, h, w]` to TensorFlow's `[h, w, in, out]`. */
const hwio = (node: Node) =>
  node.once(() => tf.transpose(asPlain(node.in(1)), [2, 3, 1, 0]), node.in(1)) as tf.Tensor4D;

function convolve(image: tf.Tensor4D, filter: tf.Tensor4D, spans: [Span, Span]): tf.Tensor4D {
  const [rows, columns] = spans;
  const strides: [number, number] = [rows.stride, columns.stride];
  const dilations: [number, number] = [rows.dilation, columns.dilation];
  // TensorFlow.js refuses strides together with dilation.
  if (strides.some((s) => s > 1) && dilations.some((d) => d > 1)) {
    return tf.conv2d(image, spread(filter, dilations), strides, padding(spans));
  }
  return tf.conv2d(image, filter, strides, padding(spans), 'NHWC', dilations);
}

/** One filter, or `multiplier` of them, a channel. */
function depthwise(node: Node, image: tf.Tensor4D, multiplier: number, spans: [Span, Span]): tf.Tensor4D {
  const channels = image.shape[3];
  const [rows, columns] = spans;
  const filter = node.once(() => {
    const byChannel = asPlain(node.in(1)).reshape([channels, multiplier, rows.kernel, columns.kernel]);
    // TensorFlow's kernel for the CPU takes no dilation.
    return spread(tf.transpose(byChannel, [2, 3, 0, 1]) as tf.Tensor4D, [rows.dilation, columns.dilation]);
  }, node.in(1)) as tf.Tensor4D;
  // ... and strides that are the same both ways: whatever is too many of the finer one is dropped.
  const stride = rows.stride === columns.stride ? rows.stride : 1;
  const fine = tf.depthwiseConv2d(image, filter, stride, padding(spans)) as tf.Tensor4D;
  return stride === rows.stride && stride === columns.stride
    ? fine
    : (tf.stridedSlice(fine, [0, 0, 0, 0], fine.shape, [1, rows.stride, columns.stride, 1]) as tf.Tensor4D);
}

const convTranspose: Op = (node) => {
  const x = node.in(0);
  const [, outChannels, ...kernel] = shapeOf(node.in(1)) as [number, number, ...number[]];
  if (kernel.length !== 2) throw node.refuse(`in ${kernel.length}-D`, '2-D');
  const [, , height, width] = shapeOf(x) as [number, number, number, number];
  const groups = node.int('group', 1);
  const spans = transposedSpans(node, [height, width], kernel);
  // `[in, out, h, w]` to TensorFlow's `[h, w, out, in]`.
  const filter = node.once(() => {
    const turned = tf.transpose(asPlain(node.in(1)), [2, 3, 1, 0]) as tf.Tensor4D;
    return spread(turned, [spans[0].dilation, spans[1].dilation]);
  }, node.in(1)) as tf.Tensor4D;
  const filters = tf.split(filter, groups, 3);
  const results = tf.split(asNhwc(x), groups, 3).map((part, i) => {
    const sizes = spans.map((span) => (span.size - 1) * span.stride + reachOf(span)) as [number, number];
    const shape: [number, number, number, number] = [part.shape[0]!, ...sizes, outChannels];
    const strides: [number, number] = [spans[0].stride, spans[1].stride];
    return tf.conv2dTranspose(part as tf.Tensor4D, filters[i] as tf.Tensor4D, shape, strides, 'valid');
  });
  const whole = results.length === 1 ? results[0]! : (tf.concat(results, 3) as tf.Tensor4D);
  return biased(node, crop(whole, spans));
};

/** Of a transposed convolution, whose padding is what is cut off its result; negative: zeros that are added. */
function transposedSpans(node: Node, sizes: [number, number], kernel: number[]): [Span, Span] {
  const spans = spansOf(node, sizes, kernel);
  const autoPad = node.text('auto_pad', 'NOTSET');
  const extra = node.ints('output_padding') ?? [0, 0];
  const wanted = node.ints('output_shape')?.slice(-2);
  return spans.map((span, axis) => {
    const whole = (span.size - 1) * span.stride + reachOf(span) + extra[axis]!;
    const size = wanted?.[axis] ?? (autoPad.startsWith('SAME') ? span.size * span.stride : undefined);
    if (size === undefined) return { ...span, after: span.after - extra[axis]! };
    const total = Math.max(whole - size, 0);
    const less = Math.floor(total / 2);
    const before = autoPad === 'SAME_UPPER' ? less : total - less;
    return { ...span, before, after: total - before - extra[axis]! };
  }) as [Span, Span];
}

function crop(x: tf.Tensor4D, [rows, columns]: [Span, Span]): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const added = [rows, columns].map(({ after }) => Math.max(-after, 0)) as [number, number];
  const whole = added.some((n) => n > 0)
    ? (tf.pad(x, [
        [0, 0],
        [0, added[0]],
        [0, added[1]],
        [0, 0],
      ]) as tf.Tensor4D)
    : x;
  const size = [height - rows.before - rows.after, width - columns.before - columns.after] as const;
  return tf.slice(whole, [0, rows.before, columns.before, 0], [batch, ...size, channels]);
}

const padding = ([rows, columns]: [Span, Span]): tf.backend_util.ExplicitPadding => [
  [0, 0],
  [rows.before, rows.after],
  [columns.before, columns.after],
  [0, 0],
];

/** A dilated filter written out: zeros between its taps. */
function spread(filter: tf.Tensor4D, dilations: [number, number]): tf.Tensor4D {
  return dilations.reduce((taps, dilation, axis) => {
    if (dilation === 1) return taps;
    const rows = tf.unstack(taps, axis);
    const zero = tf.zerosLike(rows[0]!);
    const spaced = rows.flatMap((row, i) => (i === 0 ? [row] : [...Array<tf.Tensor>(dilation - 1).fill(zero), row]));
    return tf.stack(spaced, axis) as tf.Tensor4D;
  }, filter);
}

function biased(node: Node, result: tf.Tensor): Value {
  return nhwc(node.has(2) ? tf.add(result, node.in(2).tensor) : result);
}

export const convolution: Record<string, Op> = { Conv: conv, ConvTranspose: convTranspose };
