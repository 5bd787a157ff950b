import ndarray, { type NdArray } from 'ndarray';

/** A blur kernel `[side, side]` of odd side, not negative, sum 1. */
export type Kernel = NdArray<Float32Array>;

/** Out-of-focus blur of a good lens: a Gaussian, cut at 3 deviations. */
export function gaussianKernel(sigma: number): Kernel {
  return kernelOf(Math.ceil(3 * sigma), (x, y) => Math.exp(-(x * x + y * y) / (2 * sigma * sigma)));
}

/** A square of equal weights; `side` is made odd. */
export function boxKernel(side: number): Kernel {
  return kernelOf(Math.floor(side / 2), () => 1);
}

/** Out-of-focus blur of an open aperture: a disk, its edge softened over a pixel. */
export function diskKernel(radius: number): Kernel {
  return kernelOf(Math.ceil(radius), (x, y) => Math.min(Math.max(radius + 0.5 - Math.hypot(x, y), 0), 1));
}

/** Samples `weight` at whole pixels from the centre and makes the sum 1. */
export function kernelOf(radius: number, weight: (x: number, y: number) => number): Kernel {
  const side = 2 * radius + 1;
  const weights = Float32Array.from({ length: side * side }, (_, i) =>
    weight((i % side) - radius, Math.floor(i / side) - radius),
  );
  return normalised(ndarray(weights, [side, side]));
}

/** Scales the weights in place to sum 1. */
export function normalised(kernel: Kernel): Kernel {
  const sum = kernel.data.reduce((a, b) => a + b, 0);
  for (let i = 0; i < kernel.data.length; i++) kernel.data[i] /= sum;
  return kernel;
}
