import * as tf from '../../../models/tf.js';
import { constantValue } from '../constant.js';
import type { Node, Op } from '../node.js';
import { aligned, asNhwc, asPlain, axisOf, like, nhwc, plain, shapeOf, type Value } from '../value.js';

/** What is called an input since operator set 11 or 13, and an attribute before. */
const given = (node: Node, index: number, name: string) => node.numbers(index) ?? node.ints(name);

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

const range = (start: number, end: number) => Array.from({ length: end - start }, (_, i) => start + i);

/** The pixel that stands in for one outside. */
const borders: Record<string, (at: number, size: number) => number> = {
  edge: (at, size) => Math.min(Math.max(at, 0), size - 1),
  reflect: (at, size) => {
    if (size === 1) return 0;
    const period = 2 * (size - 1);
    const folded = ((at % period) + period) % period;
    return folded < size ? folded : period - folded;
  },
  wrap: (at, size) => ((at % size) + size) % size,
};

const reshape: Op = (node) => {
  const x = asPlain(node.in(0));
  const wanted = given(node, 1, 'shape')!;
  const copied = wanted.map((size, axis) => (size === 0 && node.int('allowzero', 0) === 0 ? x.shape[axis]! : size));
  return plain(tf.reshape(x, copied));
};

const transpose: Op = (node) => {
  const x = asPlain(node.in(0));
  return plain(tf.transpose(x, node.ints('perm') ?? x.shape.map((_, axis) => x.rank - 1 - axis)));
};

const squeeze: Op = (node) => {
  const x = asPlain(node.in(0));
  const axes = given(node, 1, 'axes')?.map((axis) => (axis < 0 ? axis + x.rank : axis));
  return plain(
    tf.reshape(
      x,
      x.shape.filter((size, axis) => (axes ? !axes.includes(axis) : size !== 1)),
    ),
  );
};

const unsqueeze: Op = (node) => {
  const x = asPlain(node.in(0));
  const axes = given(node, 1, 'axes')!;
  const rank = x.rank + axes.length;
  const added = new Set(axes.map((axis) => (axis < 0 ? axis + rank : axis)));
  const sizes = [...x.shape];
  return plain(
    tf.reshape(
      x,
      range(0, rank).map((axis) => (added.has(axis) ? 1 : sizes.shift()!)),
    ),
  );
};

const flatten: Op = (node) => {
  const x = asPlain(node.in(0));
  const axis = node.int('axis', 1);
  const rows = x.shape.slice(0, axis < 0 ? axis + x.rank : axis).reduce((product, size) => product * size, 1);
  return plain(tf.reshape(x, [rows, x.size / rows]));
};

const expand: Op = (node) => {
  const x = asPlain(node.in(0));
  const wanted = node.numbers(1)!;
  const rank = Math.max(x.rank, wanted.length);
  const at = (shape: number[], axis: number) => shape[axis - rank + shape.length] ?? 1;
  const sizes = range(0, rank).map((axis) => Math.max(at(x.shape, axis), at(wanted, axis)));
  return plain(tf.broadcastTo(x, sizes));
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

const shape: Op = (node) => {
  const sizes = shapeOf(node.in(0));
  const part = sizes.slice(
    node.int('start', 0),
    node.ints('end') === undefined ? node.int('end', sizes.length) : undefined,
  );
  return plain(tf.tensor1d(part, 'int32'));
};

const constant: Op = (node) => {
  const tensor = node.constant('value');
  if (tensor) return constantValue(tensor);
  const [name] = node.attributeNames();
  const values: Record<string, () => tf.Tensor> = {
    value_float: () => tf.scalar(node.float('value_float', 0)),
    value_int: () => tf.scalar(node.int('value_int', 0), 'int32'),
    value_floats: () => tf.tensor1d(node.floats('value_floats')!),
    value_ints: () => tf.tensor1d(node.ints('value_ints')!, 'int32'),
  };
  const make = values[name ?? ''];
  if (!make) throw node.refuse(`of ${name}`, Object.keys(values).join(', '));
  return plain(make());
};

const constantOfShape: Op = (node) => {
  const tensor = node.constant('value');
  const sizes = node.numbers(0)!;
  if (!tensor) return plain(tf.zeros(sizes));
  const { tensor: value } = constantValue(tensor);
  return plain(tf.fill(sizes, value.dataSync()[0]!, value.dtype as 'float32'));
};

const depthToSpace: Op = (node) => {
  const x = asNhwc(node.in(0));
  const b = node.int('blocksize', 1);
  const [n, h, w, channels] = x.shape;
  const c = channels / (b * b);
  const crd = node.text('mode', 'DCR') === 'CRD';
  const blocks = crd ? [n, h, w, c, b, b] : [n, h, w, b, b, c];
  const order = crd ? [0, 1, 4, 2, 5, 3] : [0, 1, 3, 2, 4, 5];
  return nhwc(tf.reshape(tf.transpose(tf.reshape(x, blocks), order), [n, h * b, w * b, c]));
};

const spaceToDepth: Op = (node) => {
  const x = asNhwc(node.in(0));
  const b = node.int('blocksize', 1);
  const [n, h, w, c] = x.shape;
  const blocks = tf.reshape(x, [n, h / b, b, w / b, b, c]);
  return nhwc(tf.reshape(tf.transpose(blocks, [0, 1, 3, 2, 4, 5]), [n, h / b, w / b, b * b * c]));
};

const rangeOp: Op = (node) => {
  const [start, limit, step] = [0, 1, 2].map((index) => node.numbers(index)![0]!) as [number, number, number];
  return plain(tf.range(start, limit, step, node.in(0).tensor.dtype as 'float32' | 'int32'));
};

const tile: Op = (node): Value => plain(tf.tile(asPlain(node.in(0)), node.numbers(1)!));

/** Operators that move values and compute none. */
export const shaping: Record<string, Op> = {
  Concat: concat,
  Constant: constant,
  ConstantOfShape: constantOfShape,
  DepthToSpace: depthToSpace,
  Expand: expand,
  Flatten: flatten,
  Gather: gather,
  Pad: pad,
  Range: rangeOp,
  Reshape: reshape,
  Shape: shape,
  Slice: slice,
  SpaceToDepth: spaceToDepth,
  Split: split,
  Squeeze: squeeze,
  Tile: tile,
  Transpose: transpose,
  Unsqueeze: unsqueeze,
};
