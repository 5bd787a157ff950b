import type { InpaintScores } from '../../../tasks/inpaint/evaluate.js';
import { evaluationCommand } from '../../evaluationCommand.js';
import { pictureList } from '../../pictureList.js';

const HOLES = ['text', 'scratches', 'brush', 'rectangles'] as const;

interface InpaintArgs {
  holes: (typeof HOLES)[number][];
  masks?: string;
}

/** `perpixel eval inpaint CLEAN`: holes taken out of clean photos, and how well they are filled. */
export const evalInpaintCommand = evaluationCommand<InpaintArgs, InpaintScores & { holes: string }>({
  task: 'inpaint',
  describe: 'Holes taken out of clean photos, and how well they are filled',
  pictures: 'Folders of clean photos, or lists of paths',
  options: {
    holes: {
      choices: HOLES,
      array: true,
      default: ['text', 'scratches'],
      describe: 'What is drawn, the same each time',
    },
    masks: {
      type: 'string',
      requiresArg: true,
      describe:
        'Folder of masks, white in the holes, instead: of the names of the photos, or where the first photo has ' +
        'none, one after the other, scaled to the photo',
    },
  },
  examples: [
    ['inpaint CBSD68 --holes text scratches', 'Mean PSNR and SSIM, and PSNR over the holes alone'],
    ['inpaint CBSD68 --masks irregular', 'Masks from files'],
  ],
  columns: {
    holes: ({ holes }) => holes,
    images: ({ images }) => images,
    share: ({ share }) => `${(100 * share).toFixed(1)} %`,
    psnr: ({ psnr }) => psnr.toFixed(3),
    ssim: ({ ssim }) => ssim.toFixed(4),
    hole: ({ psnrHole }) => psnrHole.toFixed(3),
  },
  async *evaluate({ pictures, holes, masks }, context) {
    const { evaluateInpaint } = await import('../../../tasks/inpaint/evaluate.js');
    const photos = await pictureList(pictures);
    if (masks !== undefined) {
      yield { holes: 'masks', ...(await evaluateInpaint(photos, await masksOf(photos, masks), context)) };
      return;
    }
    for (const kind of holes) yield { holes: kind, ...(await evaluateInpaint(photos, kind, context)) };
  },
});

async function masksOf(photos: readonly string[], folder: string): Promise<string[]> {
  const [{ sameNames, stemOf }, all] = await Promise.all([
    import('../../../tasks/evaluation/pictures.js'),
    pictureList([folder]),
  ]);
  const isNamed = all.some((mask) => stemOf(mask) === stemOf(photos[0]));
  return isNamed ? sameNames(photos, folder) : photos.map((_, i) => all[i % all.length]);
}
