import * as tf from '../../../../core/tf.js';
import type { Node, Op } from '../node.js';
import { asNhwc, asPlain, axisOf, like, nhwc, type Value } from '../value.js';

/** A value a channel, shaped to lie along the channels of `x`. */
function perChannel(x: Value, node: Node, index: number): tf.Tensor {
  const channels = axisOf(x, 1);
  return tf.reshape(
    node.in(index).tensor,
    x.tensor.shape.map((_, axis) => (axis === channels ? -1 : 1)),
  );
}

/** (x - mean) / sqrt(variance + epsilon) over these axes. */
function standardised(x: tf.Tensor, axes: number[], epsilon: number): tf.Tensor {
  const { mean, variance } = tf.moments(x, axes, true);
  return tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon)));
}

const batch: Op = (node) => {
  const x = node.in(0);
  const [scale, shift, mean, variance] = [1, 2, 3, 4].map((index) => perChannel(x, node, index)) as tf.Tensor[];
  const factor = tf.mul(scale!, tf.rsqrt(tf.add(variance!, node.float('epsilon', 1e-5))));
  return like(x, tf.add(tf.mul(x.tensor, factor), tf.sub(shift!, tf.mul(mean!, factor))));
};

const instance: Op = (node) => {
  const x = node.in(0);
  const spatial = x.tensor.shape.map((_, axis) => axis).filter((axis) => axis !== 0 && axis !== axisOf(x, 1));
  const result = standardised(x.tensor, spatial, node.float('epsilon', 1e-5));
  return like(x, tf.add(tf.mul(result, perChannel(x, node, 1)), perChannel(x, node, 2)));
};

const layer: Op = (node) => {
  const x = asPlain(node.in(0));
  const axis = node.int('axis', -1);
  const first = axis < 0 ? axis + x.rank : axis;
  const axes = x.shape.map((_, i) => i).slice(first);
  const scaled = tf.mul(standardised(x, axes, node.float('epsilon', 1e-5)), asPlain(node.in(1)));
  return { tensor: node.has(2) ? tf.add(scaled, asPlain(node.in(2))) : scaled, layout: 'plain' };
};

const group: Op = (node) => {
  const x = asPlain(node.in(0));
  const groups = node.int('num_groups', 1);
  const [n, c, ...rest] = x.shape as [number, number, ...number[]];
  const flat = standardised(tf.reshape(x, [n, groups, -1]), [2], node.float('epsilon', 1e-5));
  const along = [1, c, ...rest.map(() => 1)];
  const scaled = tf.mul(tf.reshape(flat, x.shape), tf.reshape(node.in(1).tensor, along));
  return { tensor: tf.add(scaled, tf.reshape(node.in(2).tensor, along)), layout: 'plain' };
};

const localResponse: Op = (node) => {
  const size = node.int('size', 1);
  if (size % 2 === 0) throw node.refuse(`over ${size} channels`, 'an odd number');
  const alpha = node.float('alpha', 1e-4) / size;
  const x = asNhwc(node.in(0));
  return nhwc(tf.localResponseNormalization(x, (size - 1) / 2, node.float('bias', 1), alpha, node.float('beta', 0.75)));
};

export const normalisation: Record<string, Op> = {
  BatchNormalization: batch,
  GroupNormalization: group,
  InstanceNormalization: instance,
  LayerNormalization: layer,
  LRN: localResponse,
};
