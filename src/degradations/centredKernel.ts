import ndarray from 'ndarray';
import type { Kernel } from './kernels.js';

/**
 * Puts a kernel's centre of mass into the middle of a square, to the pixel, and as far as the square has room: where a
 * blur comes from is not told by the blurred picture, so a network that estimates kernels needs a convention.
 *
 * @param side of the square, odd and at least that of the kernel
 */
export function centredKernel(kernel: Kernel, side: number): Kernel {
  const [own] = kernel.shape;
  const taps = Array.from(kernel.data, (weight, i) => ({ weight, y: Math.floor(i / own), x: i % own })).filter(
    ({ weight }) => weight > 0,
  );
  const offset = (axis: 'x' | 'y') => {
    const mass = taps.reduce((sum, tap) => sum + tap.weight * tap[axis], 0);
    const places = taps.map((tap) => tap[axis]);
    const wanted = Math.round((side - 1) / 2 - mass);
    return Math.min(Math.max(wanted, -Math.min(...places)), side - 1 - Math.max(...places));
  };
  const [right, down] = [offset('x'), offset('y')];
  const centred = ndarray(new Float32Array(side * side), [side, side]);
  for (const { weight, x, y } of taps) centred.set(y + down, x + right, weight);
  return centred;
}
