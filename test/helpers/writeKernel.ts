import path from 'node:path';
import { writeContent } from '../../src/pipelines/writeContent.js';
import type { Kernel } from '../../src/tasks/deblur/kernel.js';
import { saveKernel } from '../../src/tasks/deblur/saveKernel.js';

/** Writes a kernel as `--save-kernel` does. @returns the file */
export async function writeKernel(kernel: Kernel, file: string): Promise<string> {
  const content = await saveKernel.encode({ kernel }, path.extname(file).slice(1).toLowerCase(), undefined, {});
  await writeContent(content!, file);
  return file;
}
