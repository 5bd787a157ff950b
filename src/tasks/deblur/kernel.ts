import ndarray, { type NdArray } from 'ndarray';

/**
 * A blur kernel `[h, w]`, not negative, of sum 1: what a point of light becomes, so that the blurred picture is the
 * convolution of the sharp one with it. Its middle, from where blur does not move the picture, is `floor((side - 1) / 2)`.
 */
export type Kernel = NdArray<Float32Array>;

/** A kernel of these weights `[height, width]`, row by row, scaled to sum 1; those below 0 count as 0. Of nothing but zeros: no blur. */
export function kernelOf(weights: ArrayLike<number>, height: number, width: number): Kernel {
  const kept = Float32Array.from(weights, (weight) => Math.max(0, weight));
  const sum = kept.reduce((total, weight) => total + weight, 0);
  if (sum === 0) kept[Math.floor((height - 1) / 2) * width + Math.floor((width - 1) / 2)] = 1;
  return ndarray(
    kept.map((weight) => weight / (sum || 1)),
    [height, width],
  );
}
