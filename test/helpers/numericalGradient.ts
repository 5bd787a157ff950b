import { expect } from 'vitest';
import * as tf from '../../src/core/tf.js';

export interface GradientCheck {
  /** Half the distance between the two points of a central difference. @default 0.01, which suits float32 */
  step?: number;
  /** Allowed difference, as a part of the largest gradient element. @default 0.01 */
  tolerance?: number;
  /** Elements checked, evenly spread over x. @default 40 */
  samples?: number;
}

/**
 * Expects the gradient that tfjs computes to equal central differences.
 *
 * @param f the function, which must be smooth around x within the step.
 * @param x where; not disposed.
 */
export async function expectGradient<T extends tf.Tensor>(
  f: (x: T) => tf.Scalar,
  x: T,
  { step = 0.01, tolerance = 0.01, samples = 40 }: GradientCheck = {},
): Promise<void> {
  const values = Float32Array.from(await x.data());
  const gradient = tf.tidy(() => tf.grad(f as (x: tf.Tensor) => tf.Tensor)(x));
  expect(gradient.shape).toEqual(x.shape);
  const analytic = Float32Array.from(await gradient.data());
  gradient.dispose();

  const valueAt = (i: number, value: number) =>
    tf.tidy(() => f(tf.tensor(values.with(i, value), x.shape) as T).dataSync()[0]);
  const scale = Math.max(...analytic.map(Math.abs), 1e-6);
  const stride = Math.max(1, Math.floor(values.length / samples));
  for (let i = 0; i < values.length; i += stride) {
    // The points as float32 holds them: at 1000, a step of 0.01 is rounded.
    const [above, below] = [Math.fround(values[i] + step), Math.fround(values[i] - step)];
    const numerical = (valueAt(i, above) - valueAt(i, below)) / (above - below);
    const error = Math.abs(analytic[i] - numerical) / scale;
    expect(error, `element ${i}: tfjs ${analytic[i]}, numerically ${numerical}`).toBeLessThan(tolerance);
  }
}
