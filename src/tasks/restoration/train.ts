import type { Pixels } from '../../images/raster.js';
import { squaredError } from '../../losses/squaredError.js';
import { psnr } from '../../metrics/restoration.js';
import type { Learnable } from '../../training/learnable.js';

/** What the restoration tasks share: a clean picture is asked for, the loss is its squared error, the score its PSNR in dB. */
export const restoration = {
  network: 'restoration-unet',
  answer: 'clean',
  loss: (outputs, { targets, masks }) => squaredError(outputs.clean, targets.clean, masks.clean),
  scores: ({ outputs, targets }) => ({ psnr: psnr(outputs.clean, targets.clean) }),
  picture: (clean: Pixels) => clean,
} satisfies Partial<Learnable>;
