import path from 'node:path';
import type { DenoiseScores } from '../../../tasks/denoise/evaluate.js';
import { evaluationCommand } from '../../evaluationCommand.js';
import { pictureList } from '../../pictureList.js';

interface DenoiseArgs {
  sigma: number[];
  grey: boolean;
  estimate: boolean;
  noisy?: string;
}

/** `perpixel eval denoise CLEAN`: noise of known level on clean pictures, and how much of it is left. */
export const evalDenoiseCommand = evaluationCommand<DenoiseArgs, DenoiseScores & { grey: boolean }>({
  task: 'denoise',
  describe: 'Noise of known level on clean photos, and how much of it is left',
  pictures: 'Folders of clean photos, or lists of paths',
  options: {
    sigma: { type: 'number', array: true, default: [15, 25, 50], describe: 'Noise levels, of 255' },
    grey: { type: 'boolean', default: false, describe: 'Photos as .299 R + .587 G + .114 B' },
    estimate: { type: 'boolean', default: false, describe: 'The task has to estimate the noise itself' },
    noisy: {
      type: 'string',
      requiresArg: true,
      describe: 'Folder of noisy .npy files of the same names, instead of noise drawn here; give their one --sigma',
    },
  },
  examples: [['denoise CBSD68 --grey --sigma 25', 'Mean PSNR and SSIM over the folder']],
  columns: {
    sigma: ({ sigma }) => sigma,
    images: ({ images }) => images,
    noisy: ({ noisyPsnr }) => noisyPsnr.toFixed(2),
    psnr: ({ psnr }) => psnr.toFixed(3),
    ssim: ({ ssim }) => ssim.toFixed(4),
    estimated: ({ estimatedSigma }) => estimatedSigma.toFixed(2),
  },
  async *evaluate({ pictures, sigma, grey, estimate, noisy }, context) {
    const { evaluateDenoise } = await import('../../../tasks/denoise/evaluate.js');
    const photos = await pictureList(pictures);
    const noisyOf = noisy && ((photo: string) => path.join(noisy, `${path.parse(photo).name}.npy`));
    for (const level of sigma) {
      const scores = await evaluateDenoise(photos, level, { ...context, grey, estimate, noisy: noisyOf || undefined });
      yield { grey, ...scores };
    }
  },
});
