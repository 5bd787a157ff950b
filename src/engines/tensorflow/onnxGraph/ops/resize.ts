import * as tf from '../../../../core/tf.js';
import type { Node, Op } from '../node.js';
import { axisOf, like, shapeOf } from '../value.js';

/** One of the inputs that an output along an axis is made of: the index for each output, and its weight. */
interface Tap {
  index: Int32Array;
  weight: Float32Array;
}

interface Axis {
  from: number;
  to: number;
  scale: number;
}

/**
 * Where an output lies in the input: onnx/docs/Operators.md, Resize, coordinate_transformation_mode. In float32, as
 * onnxruntime has it, so that what falls on the border between two pixels falls to the same side.
 */
const positions: Record<string, (out: number, axis: Axis) => number> = {
  half_pixel: (out, { scale }) => Math.fround(Math.fround((out + 0.5) / scale) - 0.5),
  pytorch_half_pixel: (out, { scale, to }) => (to > 1 ? Math.fround(Math.fround((out + 0.5) / scale) - 0.5) : 0),
  align_corners: (out, { from, to }) => (to > 1 ? Math.fround((out * (from - 1)) / (to - 1)) : 0),
  asymmetric: (out, { scale }) => Math.fround(out / scale),
};

const roundings: Record<string, (x: number) => number> = {
  round_prefer_floor: (x) => Math.ceil(x - 0.5),
  round_prefer_ceil: (x) => Math.floor(x + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

const resize: Op = (node) => {
  const x = node.in(0);
  const shape = shapeOf(x);
  const early = !node.has(2) && !node.has(3);
  const axes = node.ints('axes') ?? shape.map((_, axis) => axis);
  const scales = early ? (node.numbers(1) ?? node.floats('scales')) : node.numbers(2);
  const sizes = node.numbers(3);
  const taps = tapsOf(node, early);
  let result = x.tensor;
  axes.forEach((axis, i) => {
    const from = shape[axis]!;
    const to = sizes?.length ? sizes[i]! : Math.floor(from * scales![i]!);
    const scale = sizes?.length ? Math.fround(to / from) : scales![i]!;
    if (to === from && scale === 1) return;
    result = combine(result, axisOf(x, axis), taps({ from, to, scale }));
  });
  return like(x, result);
};

/** Upsample and Resize of before operator set 11 have a picture and scales only, and their own defaults. */
function tapsOf(node: Node, early: boolean): (axis: Axis) => Tap[] {
  const mode = node.text('mode', 'nearest');
  const coordinates = node.text('coordinate_transformation_mode', early ? 'asymmetric' : 'half_pixel');
  const position = positions[coordinates];
  if (!position) throw node.refuse(`with coordinates ${coordinates}`, Object.keys(positions).join(', '));
  if (node.int('antialias', 0) === 1) throw node.refuse('with antialias', 'none');
  const kernel = kernels[mode];
  if (kernel === undefined) throw node.refuse(`in mode ${mode}`, Object.keys(kernels).join(', '));
  return kernel(node, position, early);
}

type Kernel = (node: Node, position: (out: number, axis: Axis) => number, early: boolean) => (axis: Axis) => Tap[];

const kernels: Record<string, Kernel> = {
  nearest: (node, position, early) => (axis) => {
    // Before operator set 11 there was no say in it, and onnxruntime goes by the direction.
    const before11 = axis.scale < 1 ? 'ceil' : 'floor';
    const rounding = roundings[early ? before11 : node.text('nearest_mode', 'round_prefer_floor')]!;
    return [tap(axis, (out) => [rounding(position(out, axis)), 1])];
  },
  linear: (_, position) => (axis) => {
    const at = (out: number) => Math.min(Math.max(position(out, axis), 0), axis.from - 1);
    const left = (out: number) => Math.floor(at(out));
    return [
      tap(axis, (out) => [left(out), 1 - (at(out) - left(out))]),
      tap(axis, (out) => [left(out) + 1, at(out) - left(out)]),
    ];
  },
  cubic: (node, position) => {
    const a = node.float('cubic_coeff_a', -0.75);
    const outside = node.int('exclude_outside', 0) === 1;
    return (axis) => {
      const weights = Array.from({ length: axis.to }, (_, out) => {
        const left = Math.floor(position(out, axis));
        const raw = [-1, 0, 1, 2].map((k) => {
          const counts = !outside || (left + k >= 0 && left + k < axis.from);
          return counts ? cubic(position(out, axis) - left - k, a) : 0;
        });
        const sum = raw.reduce((total, weight) => total + weight, 0);
        return { left, raw: outside ? raw.map((weight) => weight / sum) : raw };
      });
      return [-1, 0, 1, 2].map((k) => tap(axis, (out) => [weights[out]!.left + k, weights[out]!.raw[k + 1]!]));
    };
  },
};

/** Keys: Cubic convolution interpolation for digital image processing. 1981. */
function cubic(x: number, a: number): number {
  const d = Math.abs(x);
  if (d <= 1) return (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1;
  return d < 2 ? a * d ** 3 - 5 * a * d ** 2 + 8 * a * d - 4 * a : 0;
}

function tap({ from, to }: Axis, at: (out: number) => [number, number]): Tap {
  const index = new Int32Array(to);
  const weight = new Float32Array(to);
  for (let out = 0; out < to; out++) {
    const [i, w] = at(out);
    index[out] = Math.min(Math.max(i, 0), from - 1);
    weight[out] = w;
  }
  return { index, weight };
}

function combine(x: tf.Tensor, axis: number, taps: Tap[]): tf.Tensor {
  const along = x.shape.map((_, i) => (i === axis ? -1 : 1));
  const parts = taps.map(({ index, weight }) => {
    const taken = tf.gather(x, tf.tensor1d(index, 'int32'), axis);
    return weight.every((w) => w === 1) ? taken : tf.mul(taken, tf.reshape(tf.tensor1d(weight), along));
  });
  return parts.reduce((sum, part) => tf.add(sum, part));
}

export const resizing: Record<string, Op> = { Resize: resize, Upsample: resize };
