import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import ndarray from 'ndarray';
import type { Raster } from '../../images/raster.js';
import { writeRaster } from '../../images/writeRaster.js';
import type { AboutPicture } from '../task.js';
import type { Kernel } from './kernel.js';

/**
 * Writes a kernel as .npy, its weights as they are, and as .png, 16 bits, the largest weight white; `--kernel` takes both.
 *
 * @param where a file that ends in one of the two, or a folder for `photo.kernel.npy` and `photo.kernel.png` of each photo
 */
export async function saveKernel(kernel: Kernel, where: string, { file = 'photo' }: AboutPicture): Promise<void> {
  const extension = path.extname(where).toLowerCase();
  if (extension === '.npy' || extension === '.png') return write(kernel, where);
  const stem = path.join(where, path.dirname(file), path.parse(file).name);
  await write(kernel, `${stem}.kernel.npy`);
  await write(kernel, `${stem}.kernel.png`);
}

async function write(kernel: Kernel, file: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const partial = `${file}.partial`;
  await writeRaster(file.toLowerCase().endsWith('.npy') ? weightsOf(kernel) : pictureOf(kernel), partial);
  await rename(partial, file);
}

function weightsOf({ data, shape: [height, width] }: Kernel): Raster {
  return { pixels: ndarray(data, [height, width, 1]), metadata: { format: 'npy', bitDepth: 32 } };
}

function pictureOf({ data, shape: [height, width] }: Kernel): Raster {
  const largest = data.reduce((a, b) => Math.max(a, b), 0);
  const samples = Uint16Array.from(data, (weight) => Math.round((65535 * weight) / largest));
  return { pixels: ndarray(samples, [height, width, 1]), metadata: { format: 'png', bitDepth: 16 } };
}
