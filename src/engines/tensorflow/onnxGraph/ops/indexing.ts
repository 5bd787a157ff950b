import { reflected } from '../../../../core/maths/mirror.js';
import * as tf from '../../../../core/tf.js';
import type { Node, Op } from '../node.js';
import { aligned, asPlain, axisOf, like, plain, shapeOf } from '../value.js';

/** What is called an input since operator set 11 or 13, and an attribute before. */
export const given = (node: Node, index: number, name: string) => node.numbers(index) ?? node.ints(name);

/** start, start + 1, ... end - 1 */
export const range = (start: number, end: number) => Array.from({ length: end - start }, (_, i) => start + i);

const concat: Op = (node) => {
  const { tensors, layout } = aligned(node.all);
  const first = { tensor: tensors[0]!, layout };
  return { tensor: tf.concat(tensors, axisOf(first, node.int('axis', 0))), layout };
};

const slice: Op = (node) => {
  const x = node.in(0);
  const shape = shapeOf(x);
  const starts = given(node, 1, 'starts')!;
  const ends = given(node, 2, 'ends')!;
  const axes = given(node, 3, 'axes') ?? starts.map((_, i) => i);
  const steps = node.numbers(4) ?? starts.map(() => 1);
  const result = axes.reduce((tensor, axis, i) => {
    const size = shape[axis < 0 ? axis + shape.length : axis]!;
    const step = steps[i]!;
    const bound = (at: number, low: number, high: number) => Math.min(Math.max(at < 0 ? at + size : at, low), high);
    const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
    const [start, end] = [
      bound(starts[i]!, Math.max(low, 0), high),
      ends[i]! < -size ? low : bound(ends[i]!, low, high),
    ];
    const count = Math.max(Math.ceil((end - start) / step), 0);
    return take(
      tensor,
      axisOf(x, axis),
      Array.from({ length: count }, (_, k) => start + k * step),
    );
  }, x.tensor);
  return like(x, result);
};

/** What lies at these indices of an axis; a run of neighbours is a slice. */
function take(x: tf.Tensor, axis: number, indices: number[]): tf.Tensor {
  const first = indices[0] ?? 0;
  if (indices.every((index, k) => index === first + k)) {
    const begin = x.shape.map((_, i) => (i === axis ? first : 0));
    return tf.slice(
      x,
      begin,
      x.shape.map((size, i) => (i === axis ? indices.length : size)),
    );
  }
  return tf.gather(x, tf.tensor1d(indices, 'int32'), axis);
}

const split: Op = (node) => {
  const x = node.in(0);
  const axis = node.int('axis', 0);
  const size = x.tensor.shape[axisOf(x, axis)]!;
  const part = Math.ceil(size / node.outputs);
  const even = Array.from({ length: node.outputs }, (_, i) => Math.min(part, size - i * part));
  return tf.split(x.tensor, given(node, 1, 'split') ?? even, axisOf(x, axis)).map((tensor) => like(x, tensor));
};

const pad: Op = (node) => {
  const x = node.in(0);
  const pads = given(node, 1, 'pads')!;
  const axes = node.numbers(3) ?? shapeOf(x).map((_, axis) => axis);
  const mode = node.text('mode', 'constant');
  const value = node.numbers(2)?.[0] ?? node.float('value', 0);
  const result = axes.reduce((tensor, axis, i) => {
    const [before, after] = [pads[i]!, pads[i + axes.length]!];
    if (before === 0 && after === 0) return tensor;
    const along = axisOf(x, axis);
    const size = tensor.shape[along]!;
    if (mode === 'constant') {
      const kept = take(tensor, along, range(Math.max(-before, 0), size - Math.max(-after, 0)));
      const added = tensor.shape.map((_, k) => (k === along ? [Math.max(before, 0), Math.max(after, 0)] : [0, 0]));
      return tf.pad(kept, added as [number, number][], value);
    }
    const source = borders[mode];
    if (!source) throw node.refuse(`in mode ${mode}`, `constant, ${Object.keys(borders).join(', ')}`);
    return take(
      tensor,
      along,
      range(-before, size + after).map((at) => source(at, size)),
    );
  }, x.tensor);
  return like(x, result);
};

/** The pixel that stands in for one outside. */
const borders: Record<string, (at: number, size: number) => number> = {
  edge: (at, size) => Math.min(Math.max(at, 0), size - 1),
  reflect: reflected,
  wrap: (at, size) => ((at % size) + size) % size,
};

const gather: Op = (node) => {
  const x = node.in(0);
  const axis = node.int('axis', 0);
  const size = x.tensor.shape[axisOf(x, axis)]!;
  const indices = asPlain(node.in(1)).cast('int32');
  const positive = tf.where(tf.less(indices, 0), tf.add(indices, tf.scalar(size, 'int32')), indices);
  // One index takes the axis away, so that what is left has another order.
  const source = asPlain(x);
  return plain(tf.gather(source, positive, axis < 0 ? axis + source.rank : axis));
};

/** Operators that take, add or join parts along axes. */
export const indexing: Record<string, Op> = { Concat: concat, Gather: gather, Pad: pad, Slice: slice, Split: split };
