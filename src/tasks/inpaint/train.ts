import ndarray from 'ndarray';
import { logSquaredError } from '../../losses/logSquaredError.js';
import { psnr } from '../../metrics/restoration.js';
import type { Learnable } from '../../training/learnable.js';
import { restoration } from '../restoration/train.js';
import { examples, type HoledExamples } from './examples.js';

/**
 * Filling of holes. The loss is logarithmic, so that the few holes that nobody could fill do not outweigh all others, and
 * a picture under text counts as much as one half gone. Only what is in the holes counts for the loss, and the picture is
 * scored with its known pixels put back: they are never the network's to change.
 */
export const inpaint: Learnable<HoledExamples> = {
  ...restoration,
  name: 'inpaint',
  examples,
  truth: ['none'],
  batches: new URL('./holedBatches.js', import.meta.url),
  loss: (outputs, { targets, masks }) => logSquaredError(outputs.clean, targets.clean, masks.clean),
  scores({ outputs, targets: { clean }, masks: { clean: holes } }) {
    const channels = clean.shape[2];
    const filled = outputs.clean.data.map((value, i) =>
      holes.data[Math.floor(i / channels)] > 0 ? value : clean.data[i],
    );
    return { psnr: psnr(ndarray(filled, clean.shape), clean) };
  },
};
