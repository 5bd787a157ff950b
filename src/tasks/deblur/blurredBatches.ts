import ndarray from 'ndarray';
import type { Random } from '../../core/random.js';
import { cameraShake } from '../../degradations/cameraShake.js';
import { centredKernel } from '../../degradations/centredKernel.js';
import { convolve } from '../../degradations/convolve.js';
import { gaussianNoise } from '../../degradations/gaussianNoise.js';
import { boxKernel, diskKernel, gaussianKernel, type Kernel } from '../../degradations/kernels.js';
import { readWindow } from '../../images/readWindow.js';
import { drawnBatches } from '../../training/datasets/batchOf.js';
import type { DrawOptions } from '../../training/learnable.js';
import { restorationCrops } from '../restoration/restorationCrops.js';
import type { BlurredExamples } from './examples.js';

/** A random kernel of a kind, at most `side` wide. */
const DRAW: Record<'shake' | 'gauss' | 'disk' | 'box', (random: Random, side: number) => Kernel> = {
  shake: (random, side) => cameraShake(random, side),
  gauss: (random, side) => gaussianKernel(random.uniform(0.5, (side - 1) / 6)),
  disk: (random, side) => diskKernel(random.uniform(1, (side - 1) / 2)),
  box: (random, side) => boxKernel(2 * random.integer((side - 1) / 2) + 3),
};

/**
 * Batches of blurred crops: `image`, noisy where asked for, the `kernel` it was blurred with `[side, side, 1]`, centred, and
 * `clean`. Camera shake is as often drawn as all other kernels together, where they are mixed. Pairs of photos have no kernel.
 */
export default async function blurredBatches(options: DrawOptions<BlurredExamples>) {
  const { examples, width: side } = options;
  const { kernels, kernelSize, noise } = examples;
  const margin = (kernelSize - 1) / 2;
  const middle = { y: margin, x: margin, height: side, width: side };
  const kindOf = (random: Random) => {
    if (kernels !== 'mixed') return kernels;
    return random.chance(0.5) ? 'shake' : random.pick(['gauss', 'disk', 'box'] as const);
  };
  const dataset = await restorationCrops(
    options,
    (large, random) => {
      const kernel = centredKernel(DRAW[kindOf(random)](random, kernelSize), kernelSize, kernelSize);
      const image = gaussianNoise(convolve(large, kernel), noise / 255, random);
      return {
        inputs: { image },
        targets: {
          clean: readWindow({ pixels: large }, middle),
          kernel: ndarray(kernel.data, [kernelSize, kernelSize, 1]),
        },
        masks: {},
      };
    },
    { margin: 2 * margin },
  );
  return drawnBatches(dataset, options);
}
