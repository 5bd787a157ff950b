import { convolve } from '../../../src/degradations/convolve.js';
import { boxKernel } from '../../../src/degradations/kernels.js';
import { readWindow } from '../../../src/images/readWindow.js';
import { restorationCrops } from '../../../src/tasks/restoration/restorationCrops.js';
import { drawnBatches } from '../../../src/training/datasets/batchOf.js';
import type { DrawOptions } from '../../../src/training/learnable.js';

/** Batches of `image`, a sharp crop, and of `clean`, what a box makes of it. */
export default async function softBatches(options: DrawOptions<{ blur: number }>) {
  const { examples, width: side } = options;
  const { blur } = examples;
  const middle = { y: blur, x: blur, height: side, width: side };
  const crops = await restorationCrops(
    options,
    (large) => ({
      inputs: { image: readWindow({ pixels: large }, middle) },
      targets: { clean: convolve(large, boxKernel(2 * blur + 1)) },
      masks: {},
    }),
    { margin: 2 * blur },
  );
  return drawnBatches(crops, options);
}
