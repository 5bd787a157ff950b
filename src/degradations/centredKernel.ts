import ndarray from 'ndarray';
import type { Kernel } from './kernels.js';

/**
 * A kernel moved by whole pixels so that its centre of mass is in the middle of a rectangle, as far as no tap is lost. A blurred picture
 * does not tell how far its blur is shifted, so estimates of kernels need this convention.
 *
 * @param height,width of the rectangle, which has room for all taps above zero; its middle is `floor((side - 1) / 2)`
 */
export function centredKernel(kernel: Kernel, height: number, width: number): Kernel {
  const [, own] = kernel.shape;
  const taps = Array.from(kernel.data, (weight, i) => ({ weight, y: Math.floor(i / own), x: i % own })).filter(
    ({ weight }) => weight > 0,
  );
  const offset = (axis: 'x' | 'y', side: number) => {
    const mass = taps.reduce((sum, tap) => sum + tap.weight * tap[axis], 0);
    const places = taps.map((tap) => tap[axis]);
    const wanted = Math.round(Math.floor((side - 1) / 2) - mass);
    return Math.min(Math.max(wanted, -Math.min(...places)), side - 1 - Math.max(...places));
  };
  const [right, down] = [offset('x', width), offset('y', height)];
  const centred = ndarray(new Float32Array(height * width), [height, width]);
  for (const { weight, x, y } of taps) centred.set(y + down, x + right, weight);
  return centred;
}
