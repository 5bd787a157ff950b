import * as tf from '../../../../core/tf.js';
import type { Op } from '../node.js';
import { asPlain, plain } from '../value.js';

/** As numpy.matmul: a vector is a row at the left, a column at the right, and stays a vector. */
const matMul: Op = (node) => {
  const [a, b] = [asPlain(node.in(0)), asPlain(node.in(1))];
  const product = tf.matMul(a.rank === 1 ? tf.expandDims(a, 0) : a, b.rank === 1 ? tf.expandDims(b, 1) : b);
  const left = a.rank === 1 ? tf.squeeze(product, [product.rank - 2]) : product;
  return plain(b.rank === 1 ? tf.squeeze(left, [left.rank - 1]) : left);
};

const gemm: Op = (node) => {
  const [a, b] = [asPlain(node.in(0)), asPlain(node.in(1))];
  const product = tf.matMul(a, b, node.int('transA', 0) === 1, node.int('transB', 0) === 1);
  const scaled = tf.mul(product, node.float('alpha', 1));
  return plain(node.has(2) ? tf.add(scaled, tf.mul(asPlain(node.in(2)), node.float('beta', 1))) : scaled);
};

export const matrix: Record<string, Op> = { Gemm: gemm, MatMul: matMul };
