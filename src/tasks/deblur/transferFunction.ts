import type { Fourier, Spectrum } from '../../core/maths/fourier.js';
import type { Kernel } from './kernel.js';

/** What a kernel does to each frequency: its Fourier transform, the middle of the kernel at the origin. */
export function transferFunction(kernel: Kernel, { height, width, forward }: Fourier): Spectrum {
  const plane = new Float32Array(height * width);
  const [rows, columns] = kernel.shape;
  const [middleY, middleX] = kernel.shape.map((side) => Math.floor((side - 1) / 2));
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      plane[((y - middleY + height) % height) * width + ((x - middleX + width) % width)] += kernel.get(y, x);
    }
  }
  return forward(plane);
}
