import { PerpixelError } from '../../core/errors.js';
import { regularisedInversion } from './regularisedInversion.js';
import type { Tensors } from './trainingTask.js';

/** What a network is given in place of the task's inputs, by network; pixels are of 0..1. */
export const networkInputs: Readonly<Record<string, (inputs: Tensors, targets: Tensors) => Tensors>> = {
  'schuler-mlp': ({ image }, { kernel }) => {
    if (kernel === undefined) {
      throw new PerpixelError({
        code: 'E_DATA',
        received: 'pairs of photos, whose kernels are not known',
        expected: 'clean photos, to be blurred with kernels that are',
        cure: 'Leave --truth out, or choose a network for blind deblurring.',
      });
    }
    return { image: regularisedInversion(image, kernel) };
  },
};
