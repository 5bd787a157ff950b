export type Padding = 'same' | 'valid';
export type Pair = readonly [number, number];

/**
 * The attributes that place a window: its size, its steps and its padding.
 *
 * With strides of more than one, how much TensorFlow pads depends on the size of the picture. So `same` stays a rule, which holds for any
 * size (SAME_UPPER: ceil(size / stride) cells, the odd pixel of padding at the end).
 */
export function windowAttributes(kernel: Pair, strides: Pair, padding: Padding, dilations: Pair = [1, 1]) {
  const dilated = dilations.some((dilation) => dilation > 1);
  const placed = { kernel_shape: kernel, strides, ...(dilated && { dilations }) };
  if (padding === 'valid') return placed;
  if (strides.some((stride) => stride > 1)) return { ...placed, auto_pad: 'SAME_UPPER' };
  return { ...placed, pads: split(kernel.map((size, axis) => (size - 1) * dilations[axis])) };
}

/** A total padding an axis, as ONNX wants it: all beginnings, then all ends, and the odd pixel at the end. */
export function split(totals: readonly number[]): number[] {
  return [...totals.map((total) => Math.floor(total / 2)), ...totals.map((total) => Math.ceil(total / 2))];
}
