import { centredKernel } from '../../degradations/centredKernel.js';
import { type Kernel, kernelOf } from './kernel.js';

/** A speck of a kernel that holds less than this share of its light is noise. */
const LEAST_SPECK = 0.1;

/** The kernel without its specks: groups of touching taps that hold little light. Pan et al., CVPR 2014. */
export function withoutSpecks(kernel: Kernel): Kernel {
  const [height, width] = kernel.shape;
  const kept = new Float32Array(kernel.data.length);
  const seen = new Uint8Array(kernel.data.length);
  for (let start = 0; start < kept.length; start++) {
    const group = groupAt(kernel, start, seen);
    const light = group.reduce((sum, i) => sum + kernel.data[i], 0);
    if (light >= LEAST_SPECK) for (const i of group) kept[i] = kernel.data[i];
  }
  return kept.some((weight) => weight > 0) ? kernelOf(kept, height, width) : kernel;
}

/** The taps above 0 that touch this one, diagonally too, directly or through others. */
function groupAt(kernel: Kernel, start: number, seen: Uint8Array): number[] {
  const [height, width] = kernel.shape;
  const group: number[] = [];
  const waiting = [start];
  while (waiting.length > 0) {
    const i = waiting.pop()!;
    if (seen[i] || kernel.data[i] <= 0) continue;
    seen[i] = 1;
    group.push(i);
    const [y, x] = [Math.floor(i / width), i % width];
    for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
      for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) waiting.push(ny * width + nx);
    }
  }
  return group;
}

/** The kernel moved by whole pixels so that its centre of mass is in the middle, as far as no tap is lost. */
export function centred(kernel: Kernel): Kernel {
  const [height, width] = kernel.shape;
  return kernelOf(centredKernel(kernel, height, width).data, height, width);
}
