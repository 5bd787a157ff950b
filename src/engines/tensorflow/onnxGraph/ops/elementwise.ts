import * as tf from '../../../../core/tf.js';
import { DataType } from '../../../../onnx/onnxProto.js';
import type { Node, Op } from '../node.js';
import { aligned, like } from '../value.js';

const unary =
  (compute: (x: tf.Tensor, node: Node) => tf.Tensor): Op =>
  (node) =>
    like(node.in(0), compute(node.in(0).tensor, node));

/** Two or more inputs that are broadcast against each other. */
const broadcast =
  (compute: (a: tf.Tensor, b: tf.Tensor, node: Node) => tf.Tensor): Op =>
  (node) => {
    const { tensors, layout } = aligned(node.all);
    return { tensor: tensors.reduce((a, b) => compute(a, b, node)), layout };
  };

const compare = (compute: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): Op => broadcast((a, b) => compute(a, b));

const clamp = (x: tf.Tensor, low: number, high: number) => tf.clipByValue(x, low, high);

function clip(node: Node) {
  const bound = (index: number, name: string, otherwise: number) =>
    node.numbers(index)?.[0] ?? node.float(name, otherwise);
  const { tensor } = node.in(0);
  return like(node.in(0), clamp(tensor, bound(1, 'min', -3.4028235e38), bound(2, 'max', 3.4028235e38)));
}

const mean: Op = (node) => {
  const { tensors, layout } = aligned(node.all);
  return { tensor: tf.div(tensors.reduce(tf.add), tensors.length), layout };
};

const prelu: Op = (node) => {
  const { tensors, layout } = aligned([node.in(0), node.in(1)]);
  const [x, slope] = tensors as [tf.Tensor, tf.Tensor];
  return { tensor: tf.add(tf.relu(x), tf.mul(slope, tf.minimum(x, 0))), layout };
};

const where: Op = (node) => {
  const { tensors, layout } = aligned([node.in(0), node.in(1), node.in(2)]);
  const [condition, a, b] = tensors as [tf.Tensor, tf.Tensor, tf.Tensor];
  return { tensor: tf.where(condition.cast('bool'), a, b), layout };
};

const dtypes: Record<number, tf.DataType> = {
  [DataType.float]: 'float32',
  [DataType.float16]: 'float32',
  [DataType.double]: 'float32',
  [DataType.int64]: 'int32',
  [DataType.int32]: 'int32',
  [DataType.int8]: 'int32',
  [DataType.uint8]: 'int32',
  [DataType.bool]: 'bool',
};

const cast = unary((x, node) => {
  const dtype = dtypes[node.int('to', DataType.float)];
  if (!dtype) throw node.refuse(`to data type ${node.int('to', 0)}`, 'a number or bool');
  return tf.cast(x, dtype);
});

const erf = (x: tf.Tensor) => tf.erf(x);
const gelu = (x: tf.Tensor, node: Node) =>
  node.text('approximate', 'none') === 'tanh'
    ? tf.mul(
        tf.mul(0.5, x),
        tf.add(1, tf.tanh(tf.mul(Math.sqrt(2 / Math.PI), tf.add(x, tf.mul(0.044715, tf.pow(x, 3)))))),
      )
    : tf.mul(tf.mul(0.5, x), tf.add(1, erf(tf.div(x, Math.SQRT2))));

/** Operators that compute each value by itself, or one with its counterpart. */
export const elementwise: Record<string, Op> = {
  Abs: unary((x) => tf.abs(x)),
  Add: broadcast((a, b) => tf.add(a, b)),
  And: compare((a, b) => tf.logicalAnd(a, b)),
  Cast: cast,
  Ceil: unary((x) => tf.ceil(x)),
  Clip: clip,
  Cos: unary((x) => tf.cos(x)),
  Div: broadcast((a, b) => tf.div(a, b)),
  Dropout: unary((x) => tf.clone(x)),
  Elu: unary((x, node) => tf.where(tf.greater(x, 0), x, tf.mul(node.float('alpha', 1), tf.expm1(tf.minimum(x, 0))))),
  Equal: compare((a, b) => tf.equal(a, b)),
  Erf: unary(erf),
  Exp: unary((x) => tf.exp(x)),
  Floor: unary((x) => tf.floor(x)),
  Gelu: unary(gelu),
  Greater: compare((a, b) => tf.greater(a, b)),
  GreaterOrEqual: compare((a, b) => tf.greaterEqual(a, b)),
  HardSigmoid: unary((x, node) => clamp(tf.add(tf.mul(node.float('alpha', 0.2), x), node.float('beta', 0.5)), 0, 1)),
  HardSwish: unary((x) => tf.mul(x, clamp(tf.add(tf.div(x, 6), 0.5), 0, 1))),
  Identity: unary((x) => tf.clone(x)),
  LeakyRelu: unary((x, node) => tf.add(tf.relu(x), tf.mul(node.float('alpha', 0.01), tf.minimum(x, 0)))),
  Less: compare((a, b) => tf.less(a, b)),
  LessOrEqual: compare((a, b) => tf.lessEqual(a, b)),
  Log: unary((x) => tf.log(x)),
  Max: broadcast((a, b) => tf.maximum(a, b)),
  Mean: mean,
  Min: broadcast((a, b) => tf.minimum(a, b)),
  Mul: broadcast((a, b) => tf.mul(a, b)),
  Neg: unary((x) => tf.neg(x)),
  Not: unary((x) => tf.logicalNot(x.cast('bool'))),
  Or: compare((a, b) => tf.logicalOr(a, b)),
  Pow: broadcast((a, b) => tf.pow(a, b)),
  PRelu: prelu,
  Reciprocal: unary((x) => tf.reciprocal(x)),
  Relu: unary((x) => tf.relu(x)),
  Round: unary((x) => tf.round(x)),
  Sigmoid: unary((x) => tf.sigmoid(x)),
  Sign: unary((x) => tf.sign(x)),
  Sin: unary((x) => tf.sin(x)),
  Softplus: unary((x) => tf.add(tf.relu(x), tf.log1p(tf.exp(tf.neg(tf.abs(x)))))),
  Softsign: unary((x) => tf.div(x, tf.add(1, tf.abs(x)))),
  Sqrt: unary((x) => tf.sqrt(x)),
  Sub: broadcast((a, b) => tf.sub(a, b)),
  Sum: broadcast((a, b) => tf.add(a, b)),
  Tanh: unary((x) => tf.tanh(x)),
  Where: where,
};
