import type { DeblurScores } from '../../../tasks/deblur/evaluate.js';
import { evaluationCommand } from '../../evaluationCommand.js';

interface DeblurArgs {
  kernel: string[];
  sigma: number[];
  grey: boolean;
  estimate: boolean;
  blind?: number;
  shift?: number;
}

/** By how much a blind result may be moved: a blurred photo does not tell where it came from. */
const BLIND_SHIFT = 5;

/** `perpixel eval deblur CLEAN --kernel FILE...`: clean photos blurred by known kernels, and how sharp they become again. */
export const evalDeblurCommand = evaluationCommand<DeblurArgs, DeblurScores & { kernel: string }>({
  task: 'deblur',
  modelTask: 'denoise',
  describe: 'Clean photos blurred by known kernels, and how sharp they become again',
  pictures: 'Folders of clean photos, or lists of paths',
  options: {
    kernel: {
      type: 'string',
      array: true,
      demandOption: true,
      requiresArg: true,
      describe: 'Kernels, .npy or pictures, that the photos are blurred with',
    },
    sigma: { type: 'number', array: true, default: [2.55, 7.65], describe: 'Noise levels, of 255' },
    grey: { type: 'boolean', default: false, describe: 'Photos as .299 R + .587 G + .114 B' },
    estimate: { type: 'boolean', default: false, describe: 'The task has to estimate the noise itself' },
    blind: {
      type: 'number',
      requiresArg: true,
      describe: 'The task has to estimate the kernel itself, of at most this side, odd',
    },
    shift: {
      type: 'number',
      requiresArg: true,
      describe: `Results are moved by at most this many pixels to where they fit best; 0, or with --blind ${BLIND_SHIFT}`,
    },
  },
  examples: [
    ['deblur CBSD68 --grey --kernel kernels/*.npy', 'Mean PSNR and SSIM for each kernel, the kernel known'],
    ['deblur CBSD68 --grey --kernel kernels/*.npy --blind 31', 'The kernel has to be found'],
  ],
  columns: {
    kernel: ({ kernel }) => kernel,
    sigma: ({ sigma }) => sigma,
    images: ({ images }) => images,
    blurred: ({ blurredPsnr }) => blurredPsnr.toFixed(3),
    psnr: ({ psnr }) => psnr.toFixed(3),
    ssim: ({ ssim }) => ssim.toFixed(4),
    better: ({ better }) => better,
  },
  async *evaluate({ pictures, kernel: kernels, sigma: sigmas, grey, estimate, blind, shift }, context) {
    const [{ pictureList }, { evaluateDeblur }, { stemOf }] = await Promise.all([
      import('../../pictureList.js'),
      import('../../../tasks/deblur/evaluate.js'),
      import('../../../tasks/evaluation/pictures.js'),
    ]);
    const photos = await pictureList(pictures);
    const moved = shift ?? (blind === undefined ? 0 : BLIND_SHIFT);
    for (const sigma of sigmas) {
      for (const kernel of kernels) {
        const scores = await evaluateDeblur(photos, { kernel, sigma, grey, estimate, blind, shift: moved }, context);
        yield { kernel: stemOf(kernel), ...scores };
      }
    }
  },
});
