import ndarray from 'ndarray';
import type { SideFile } from '../task.js';
import type { Kernel } from './kernel.js';

/** `--save-kernel`: the blur of each photo, as `--kernel` takes it: NPY of the weights, PNG of 16 bits with the largest weight white. */
export const saveKernel: SideFile<{ kernel: Kernel }> = {
  describe: 'Where the kernel is written: a file, .npy or .png, or a folder for both of each photo',
  suffix: 'kernel',
  formats: ['npy', 'png'],

  encode({ kernel: { data, shape } }, format) {
    const [height, width] = shape;
    if (format === 'npy') return { pixels: ndarray(data, [height, width, 1]), metadata: { format, bitDepth: 32 } };
    const largest = data.reduce((a, b) => Math.max(a, b), 0);
    const samples = Uint16Array.from(data, (weight) => Math.round((65535 * weight) / largest));
    return { pixels: ndarray(samples, [height, width, 1]), metadata: { format: 'png', bitDepth: 16 } };
  },
};
