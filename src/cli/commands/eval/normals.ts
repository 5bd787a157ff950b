import type { NormalFigures } from '../../../metrics/normals.js';
import { evaluationCommand } from '../../evaluationCommand.js';
import { photosWithTruth, TRUTH } from './photosWithTruth.js';

interface NormalsArgs {
  truth: string;
  focal?: string;
  window: number;
}

/** `perpixel eval normals PHOTOS --truth DEPTH`: angles to planes that are fitted to true depth. */
export const evalNormalsCommand = evaluationCommand<NormalsArgs, NormalFigures & { window: number }>({
  task: 'normals',
  modelTask: ['scene', 'normals'],
  describe: 'Normals against those of planes fitted to measured depth',
  pictures: 'Folders of photos, or lists of paths',
  options: {
    truth: { ...TRUTH, describe: 'Folder of their depth: 16-bit pictures of the same names, millimetres, 0 unknown' },
    focal: { type: 'string', requiresArg: true, describe: 'As in normals' },
    window: { type: 'number', default: 31, describe: 'Side of the window that planes are fitted in, in pixels, odd' },
  },
  examples: [['normals nyu/rgb --truth nyu/depth', 'Mean and median in degrees, and the share within three angles']],
  columns: {
    images: ({ images }) => images,
    mean: ({ mean }) => mean.toFixed(2),
    median: ({ median }) => median.toFixed(2),
    '<11.25': ({ within11 }) => within11.toFixed(2),
    '<22.5': ({ within22 }) => within22.toFixed(2),
    '<30': ({ within30 }) => within30.toFixed(2),
  },
  async *evaluate({ pictures, truth, focal, window }, context) {
    const { evaluateNormals } = await import('../../../tasks/normals/evaluate.js');
    const pairs = await photosWithTruth(pictures, truth);
    yield { window, ...(await evaluateNormals(pairs, { ...context, focal, window })) };
  },
});
