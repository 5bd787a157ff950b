import * as tf from '../../../../core/tf.js';
import { constantValue } from '../constant.js';
import type { Op } from '../node.js';
import { asNhwc, asPlain, nhwc, plain, shapeOf, type Value } from '../value.js';
import { given, range } from './indexing.js';

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

/** Operators that give values another shape or order, or make them. */
export const shaping: Record<string, Op> = {
  Constant: constant,
  ConstantOfShape: constantOfShape,
  DepthToSpace: depthToSpace,
  Expand: expand,
  Flatten: flatten,
  Range: rangeOp,
  Reshape: reshape,
  Shape: shape,
  SpaceToDepth: spaceToDepth,
  Squeeze: squeeze,
  Tile: tile,
  Transpose: transpose,
  Unsqueeze: unsqueeze,
};
